// Posts one body to a URL a number of times, so many at a time, and tells how long the answers took, as JSON.
//
// Every answer is timed and no figure is corrected: the percentiles are those of the requests that were made. Each
// worker has a connection of its own and keeps it, writes bytes that were made once, and starts nothing: an HTTP
// client would take twice the time from the cores that it shares with what is measured. The token comes by the
// environment, since arguments are for everybody to see.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const patience = 60 * time.Second

var (
	address = flag.String("address", "", "HOST:PORT to post to, over TLS")
	path    = flag.String("path", "/", "and the path, with the query")
	trust   = flag.String("ca", "", "a PEM file with the certificate to trust")
	file    = flag.String("body", "", "a file with the JSON to post")
	warmUp  = flag.Int("warm-up", 0, "requests before those that are timed, over the same connections")
	count   = flag.Int("count", 1, "requests that are timed")
	atOnce  = flag.Int("at-once", 1, "requests under way at a time")
)

func main() {
	flag.Parse()
	if err := measure(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func measure() error {
	body, err := os.ReadFile(*file)
	if err != nil {
		return err
	}
	head := "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n" +
		"Content-Length: %d\r\n\r\n%s"
	request := fmt.Appendf(nil, head, *path, *address, os.Getenv("TOKEN"), len(body), body)
	connections, err := connect()
	if err != nil {
		return err
	}
	if _, err := postMany(connections, request, *warmUp); err != nil {
		return err
	}
	used, began := processorTime(), time.Now()
	took, err := postMany(connections, request, *count)
	if err != nil {
		return err
	}
	elapsed, used := time.Since(began), processorTime()-used
	slices.Sort(took)
	return json.NewEncoder(os.Stdout).Encode(map[string]int64{
		"answers":      int64(len(took)),
		"microseconds": elapsed.Microseconds(),
		"p50":          took[len(took)*50/100].Microseconds(),
		"p99":          took[len(took)*99/100].Microseconds(),
		"cpu":          used.Microseconds(),
	})
}

type connection struct {
	to   *tls.Conn
	from *bufio.Reader
}

func connect() ([]connection, error) {
	pem, err := os.ReadFile(*trust)
	if err != nil {
		return nil, err
	}
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("no certificate in %s", *trust)
	}
	connections := make([]connection, *atOnce)
	for number := range connections {
		to, err := tls.Dial("tcp", *address, &tls.Config{RootCAs: trusted})
		if err != nil {
			return nil, err
		}
		_ = to.SetDeadline(time.Now().Add(patience))
		connections[number] = connection{to, bufio.NewReader(to)}
	}
	return connections, nil
}

// postMany returns how long each request took. It ends at the first that is not answered with 201.
func postMany(connections []connection, request []byte, count int) ([]time.Duration, error) {
	took := make([]time.Duration, count)
	failed := make(chan error, len(connections))
	var taken atomic.Int64
	var workers sync.WaitGroup
	for _, one := range connections {
		workers.Go(func() {
			for number := taken.Add(1) - 1; number < int64(count); number = taken.Add(1) - 1 {
				began := time.Now()
				if err := one.post(request); err != nil {
					taken.Store(int64(count))
					failed <- err
					return
				}
				took[number] = time.Since(began)
			}
		})
	}
	workers.Wait()
	close(failed)
	return took, <-failed
}

func (c connection) post(request []byte) error {
	if _, err := c.to.Write(request); err != nil {
		return err
	}
	answer, err := http.ReadResponse(c.from, nil)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusCreated {
		said, _ := io.ReadAll(io.LimitReader(answer.Body, 300))
		return fmt.Errorf("HTTP %d: %s", answer.StatusCode, said)
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

// processorTime is what this process used so far: it is taken from the cores of what is measured.
func processorTime() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
