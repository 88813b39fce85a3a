"""Shaking hands with a server to look at its certificate, whoever signed that."""

import asyncio
import ssl

from cryptography import x509

from certs.reading import UNREADABLE

_WITHIN = 5.0
"""Seconds."""


class CannotShakeHands(Exception):
    """Raised when no server shows a certificate there. One line."""


def trusting_context() -> ssl.SSLContext:
    """Return a client's context that asks only whether TLS answers: who may be trusted is the callers' affair."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def certificate_of(host: str, port: int) -> x509.Certificate:
    """Return the certificate that is shown there. Raises CannotShakeHands."""
    try:
        async with asyncio.timeout(_WITHIN):
            _, writer = await asyncio.open_connection(host, port, ssl=trusting_context())
        shown: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.transport.abort()
        return x509.load_der_x509_certificate(shown)
    except TimeoutError:
        raise CannotShakeHands(f"{host}:{port} does not answer within {_WITHIN:.0f} s") from None
    except UnicodeError:
        raise CannotShakeHands(f"{host} is no host name") from None
    except OSError as error:
        raise CannotShakeHands(f"{host}:{port} does not answer TLS: {error.strerror or type(error).__name__}") from None
    except UNREADABLE:
        raise CannotShakeHands(f"{host}:{port} shows a certificate that cannot be read") from None
