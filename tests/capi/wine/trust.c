/* trust FILE: makes Windows trust an authority, whose certificate is in the file in DER form. */
#include <stdio.h>
#include <windows.h>

#include <wincrypt.h>

int main(int count, char **arguments) {
	static BYTE certificate[1 << 16];
	FILE *file = count == 2 ? fopen(arguments[1], "rb") : NULL;
	if (!file) {
		printf("trust FILE\n");
		return 2;
	}
	DWORD size = (DWORD)fread(certificate, 1, sizeof certificate, file);
	fclose(file);
	HCERTSTORE store = CertOpenSystemStoreA(0, "ROOT");
	if (!store || !CertAddEncodedCertificateToStore(store, X509_ASN_ENCODING, certificate, size, CERT_STORE_ADD_REPLACE_EXISTING, NULL)) {
		printf("error %08lx\n", GetLastError());
		return 1;
	}
	CertCloseStore(store, 0);
	return 0;
}
