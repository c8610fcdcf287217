//! TLS to a server whose certificate rustls can't read, where nobody asked to have it looked at: one of X.509 version 1,
//! which old tools and some packages make. libpq encrypts and goes on. So does midflight: it speaks TLS itself, and the
//! driver speaks to it through a socket in a folder that only this user can enter.

use std::path::PathBuf;
use std::sync::Arc;

use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpStream, UnixListener};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::{self, ClientConfig, DigitallySignedStruct, SignatureScheme};

use super::environment;

/// Connects, whatever the server's certificate is where it need not be looked at.
pub(super) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    match PgConnection::connect_with(options).await {
        Err(error) if unreadable(&error) && unlooked_at(options) => through(options).await,
        done => done,
    }
}

/// With a root certificate `require` has become `verify-ca` by now.
fn unlooked_at(options: &PgConnectOptions) -> bool {
    match options.get_ssl_mode() {
        PgSslMode::Prefer | PgSslMode::Require => options.get_socket().is_none(),
        PgSslMode::Disable | PgSslMode::Allow | PgSslMode::VerifyCa | PgSslMode::VerifyFull => false,
    }
}

/// Where no certificate is looked at, one that is refused could not be read.
fn unreadable(error: &sqlx::Error) -> bool {
    let tls = match error {
        sqlx::Error::Tls(error) => error.downcast_ref::<rustls::Error>(),
        sqlx::Error::Io(error) => error.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>()),
        _ => None,
    };
    matches!(tls, Some(rustls::Error::InvalidCertificate(_)))
}

async fn through(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    let mut server = encrypted(options).await?;
    // Only this user may enter the folder, and it is gone once the driver is connected.
    let folder = tempfile::Builder::new().prefix("midflight-tls-").tempdir()?;
    let listener = UnixListener::bind(socket(&folder, options))?;
    tokio::spawn(async move {
        if let Ok((mut driver, _)) = listener.accept().await {
            drop(listener);
            let _ = copy_bidirectional(&mut driver, &mut server).await;
        }
    });
    let inside = options.clone().socket(folder.path()).ssl_mode(PgSslMode::Disable);
    PgConnection::connect_with(&inside).await
}

fn socket(folder: &tempfile::TempDir, options: &PgConnectOptions) -> PathBuf {
    folder.path().join(format!(".s.PGSQL.{}", options.get_port()))
}

/// Asks for TLS as the protocol has it (manual, "SSL Session Encryption"), and shakes hands.
async fn encrypted(options: &PgConnectOptions) -> Result<TlsStream<TcpStream>, sqlx::Error> {
    let host = options.get_host().trim_matches(['[', ']']).to_owned();
    let mut stream = TcpStream::connect((host.as_str(), options.get_port())).await?;
    stream.set_nodelay(true)?;
    stream.write_all(&[0, 0, 0, 8, 4, 210, 22, 47]).await?;
    if stream.read_u8().await? != b'S' {
        return Err(sqlx::Error::Tls("the server takes no TLS any more".into()));
    }
    let name = ServerName::try_from(host).map_err(tls)?;
    let connector = TlsConnector::from(Arc::new(config(options)?));
    Ok(connector.connect(name, stream).await?)
}

fn config(options: &PgConnectOptions) -> Result<ClientConfig, sqlx::Error> {
    let provider = Arc::new(ring::default_provider());
    let unlooked_at = Arc::new(UnlookedAt(provider.clone()));
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(tls)?
        .dangerous()
        .with_custom_certificate_verifier(unlooked_at);
    let ours = (environment::file(options, "sslcert"), environment::file(options, "sslkey"));
    let (Some(certificate), Some(key)) = ours else { return Ok(config.with_no_client_auth()) };
    let chain = CertificateDer::pem_file_iter(certificate).map_err(tls)?;
    let chain = chain.collect::<Result<Vec<_>, _>>().map_err(tls)?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(tls)?;
    config.with_client_auth_cert(chain, key).map_err(tls)
}

fn tls(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Tls(Box::new(error))
}

/// Takes every certificate without reading it. Its signatures prove nothing where nobody asks whose it is.
#[derive(Debug)]
struct UnlookedAt(Arc<CryptoProvider>);

impl ServerCertVerifier for UnlookedAt {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
