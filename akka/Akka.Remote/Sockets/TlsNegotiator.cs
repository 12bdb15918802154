using System;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Remote.Sockets;

/// <summary>
/// Makes encrypted channels of sockets. Who is connected to shows its certificate; who connects shows its own if asked. A certificate
/// is valid if its chain ends at a trusted root and it carries the name that is in this system's own: all members of a cluster share it.
/// </summary>
internal sealed class TlsNegotiator
{
    private readonly TlsSettings _settings;
    private readonly CertificateSource _source;
    private readonly X509Certificate2Collection _roots;

    /// <exception cref="ConfigurationException">The certificate or the roots cannot be loaded.</exception>
    public TlsNegotiator(TlsSettings settings, ILoggingAdapter log)
    {
        _settings = settings;
        _source = new CertificateSource(settings, log);
        if (settings.TrustedRootsPath.Length == 0) return;
        _roots = new X509Certificate2Collection();
        try
        {
            _roots.ImportFromPemFile(settings.TrustedRootsPath);
        }
        catch (Exception e) when (e is System.IO.IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ConfigurationException("The trusted roots [" + settings.TrustedRootsPath + "] cannot be loaded: " + e.Message, e);
        }

        if (_roots.Count == 0) throw new ConfigurationException("[" + settings.TrustedRootsPath + "] holds no certificate");
    }

    public Task<Channel> ConnectAsync(Socket socket, CancellationToken cancellation)
    {
        LoadedCertificate own = _source.Current();
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = own.DnsName,
            ClientCertificateContext = own.Context,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = Policy(),
            RemoteCertificateValidationCallback = IsValid,
        };
        return NegotiateAsync(socket, (stream, token) => stream.AuthenticateAsClientAsync(options, token), cancellation);
    }

    public Task<Channel> AcceptAsync(Socket socket, CancellationToken cancellation)
    {
        LoadedCertificate own = _source.Current();
        SslServerAuthenticationOptions options = new()
        {
            ServerCertificateContext = own.Context,
            ClientCertificateRequired = _settings.RequireMutualAuthentication,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = Policy(),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                !_settings.RequireMutualAuthentication || IsValidClient(certificate, chain, errors, own.DnsName),
        };
        return NegotiateAsync(socket, (stream, token) => stream.AuthenticateAsServerAsync(options, token), cancellation);
    }

    private static async Task<Channel> NegotiateAsync(
        Socket socket, Func<SslStream, CancellationToken, Task> authenticate, CancellationToken cancellation)
    {
        SslStream stream = new(new NetworkStream(socket, ownsSocket: false));
        try
        {
            await authenticate(stream, cancellation).ConfigureAwait(false);
            return new TlsChannel(socket, stream);
        }
        catch
        {
            // An alert of TLS that has just been written must not be torn away: the peer is told why.
            try
            {
                socket.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
            }

            await stream.DisposeAsync().ConfigureAwait(false);
            socket.Dispose();
            throw;
        }
    }

    private bool IsValid(object sender, X509Certificate certificate, X509Chain chain, SslPolicyErrors errors) =>
        _settings.SuppressValidation || errors == SslPolicyErrors.None;

    /// <summary>Of who connects no name is known but the one that all share.</summary>
    private bool IsValidClient(X509Certificate certificate, X509Chain chain, SslPolicyErrors errors, string dnsName)
    {
        if (certificate is not X509Certificate2 shown) return false;
        if (_settings.SuppressValidation) return true;
        return errors == SslPolicyErrors.None && shown.MatchesHostname(dnsName);
    }

    private X509ChainPolicy Policy()
    {
        if (_roots is null) return null;
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(_roots);
        return policy;
    }
}
