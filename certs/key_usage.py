"""What a key may be used for, as a certificate says it."""

from cryptography import x509

_USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def key_usage(**uses: bool) -> x509.KeyUsage:
    """Return the extension that allows these uses and no others. They are called as in x509.KeyUsage."""
    return x509.KeyUsage(**(dict.fromkeys(_USES, False) | uses))
