package io.holdfast.server.config;

/** Whether a client has to show a certificate. */
public enum ClientCertificates {
  NONE,
  OPTIONAL,
  REQUIRED
}
