using System;
using System.IO;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Remote.Sockets;

/// <summary>
/// This system's certificate. One from a file is read again when the file has changed: connections that are made from then on show
/// the new one. A file that cannot be read then leaves the former one in use. Any thread.
/// </summary>
internal sealed class CertificateSource
{
    private readonly TlsSettings _settings;
    private readonly ILoggingAdapter _log;
    private readonly object _gate = new();
    private LoadedCertificate _current;
    private (DateTime Written, long Length) _seen;

    // The state of the file that was complained of last.
    private (DateTime Written, long Length) _failed;

    /// <exception cref="ConfigurationException">There is no such certificate, or no private key with it.</exception>
    public CertificateSource(TlsSettings settings, ILoggingAdapter log)
    {
        _settings = settings;
        _log = log;
        IsFile = settings.Certificate is null && !settings.UseThumbprint;
        try
        {
            if (IsFile) _seen = Stamp();
            _current = Load();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ConfigurationException("The certificate [" + Name + "] cannot be loaded: " + e.Message, e);
        }

        WarnOfExpiry(_current);
    }

    private bool IsFile { get; }

    private string Name => IsFile ? _settings.Path : _settings.UseThumbprint ? _settings.Thumbprint : "from code";

    public LoadedCertificate Current()
    {
        if (!IsFile) return _current;
        lock (_gate)
        {
            (DateTime Written, long Length) stamp = default;
            try
            {
                stamp = Stamp();
                if (stamp == _seen) return _current;
                LoadedCertificate renewed = Load();
                _seen = stamp;
                _current = renewed;
                _log.Info("The certificate [{0}] was renewed: [{1}], valid until {2:u}", Name, renewed.DnsName, renewed.NotAfter);
                WarnOfExpiry(renewed);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ConfigurationException)
            {
                // Perhaps it is being written. Each state of the file is complained of once, and tried until it can be read.
                if (_failed != stamp)
                    _log.Warning("The certificate [{0}] has changed and cannot be loaded, the former one stays in use: {1}", Name, e.Message);
                _failed = stamp;
            }

            return _current;
        }
    }

    private (DateTime Written, long Length) Stamp()
    {
        FileInfo file = new(_settings.Path);
        return (file.LastWriteTimeUtc, file.Exists ? file.Length : throw new FileNotFoundException("there is no file [" + _settings.Path + "]"));
    }

    private LoadedCertificate Load()
    {
        if (_settings.Certificate is { } fromCode) return new LoadedCertificate(fromCode, null);
        return _settings.UseThumbprint ? LoadFromStore() : LoadFromFile();
    }

    private LoadedCertificate LoadFromFile()
    {
        X509Certificate2Collection all = X509CertificateLoader.LoadPkcs12CollectionFromFile(_settings.Path, _settings.Password, _settings.Flags);
        foreach (X509Certificate2 certificate in all)
        {
            if (!certificate.HasPrivateKey) continue;
            all.Remove(certificate);
            return new LoadedCertificate(certificate, all);
        }

        throw new ConfigurationException("The certificate [" + _settings.Path + "] has no private key");
    }

    private LoadedCertificate LoadFromStore()
    {
        using X509Store store = new(_settings.StoreName, _settings.StoreLocation);
        store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
        X509Certificate2Collection found = store.Certificates.Find(X509FindType.FindByThumbprint, _settings.Thumbprint, validOnly: false);
        if (found.Count == 0)
        {
            throw new ConfigurationException("No certificate has the thumbprint [" + _settings.Thumbprint + "] in the store ["
                + _settings.StoreName + "] of [" + _settings.StoreLocation + "]");
        }

        return found[0].HasPrivateKey
            ? new LoadedCertificate(found[0], null)
            : throw new ConfigurationException("The certificate [" + _settings.Thumbprint + "] has no private key");
    }

    private void WarnOfExpiry(LoadedCertificate certificate)
    {
        if (certificate.NotAfter < DateTime.UtcNow)
            _log.Warning("The certificate [{0}] of this system has expired at {1:u}: peers will refuse it", Name, certificate.NotAfter);
    }
}

/// <summary>A certificate ready to be shown, with those between it and its root.</summary>
internal sealed class LoadedCertificate(X509Certificate2 certificate, X509Certificate2Collection intermediates)
{
    public SslStreamCertificateContext Context { get; } = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);

    /// <summary>The name that this system expects in the certificate of every peer, too.</summary>
    public string DnsName { get; } = certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false);

    public DateTime NotAfter { get; } = certificate.NotAfter.ToUniversalTime();
}
