// The smallest webhook on controller-runtime that has the guard's rule about pods: what a platform team would write
// for itself. It knows no policy, no exemptions and no inventory.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager/signals"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

const annotation = "k8s.aliyun.com/eci-platform-version"

type rule struct{ decoder admission.Decoder }

// Handle denies a pod that declares another platform version than 1.1.0, and allows all others.
func (r rule) Handle(_ context.Context, request admission.Request) admission.Response {
	pod := &corev1.Pod{}
	if err := r.decoder.Decode(request, pod); err != nil {
		return admission.Errored(http.StatusBadRequest, err)
	}
	if version, declared := pod.Annotations[annotation]; declared && version != "1.1.0" {
		return admission.Denied(fmt.Sprintf("ECI platform version %q does not support Kubernetes 1.26", version))
	}
	return admission.Allowed("")
}

func main() {
	certificates := flag.String("certificates", "", "a folder with tls.crt and tls.key")
	port := flag.Int("port", 0, "to listen on")
	flag.Parse()
	log.SetLogger(logr.Discard()) // or it complains, with a stack, that nobody set one
	server := webhook.NewServer(webhook.Options{Host: "127.0.0.1", Port: *port, CertDir: *certificates})
	server.Register("/validate", &admission.Webhook{Handler: rule{admission.NewDecoder(scheme.Scheme)}})
	if err := server.Start(signals.SetupSignalHandler()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
