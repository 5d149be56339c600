/** Returns the header by which a local region knows which service and region a request is for. It checks no signature. */
export function authorizationFor(service: string, region: string): { readonly Authorization: string } {
  return { Authorization: `AWS4-HMAC-SHA256 Credential=test/20000101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0` };
}
