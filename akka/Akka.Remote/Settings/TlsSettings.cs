using System;
using System.Collections.Generic;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Remote.Transport.DotNetty;
using Akka.Util;

namespace Akka.Remote.Sockets;

/// <summary>The section ssl of the TCP transport as values.</summary>
internal sealed class TlsSettings
{
    private const string Key = "akka.remote.dot-netty.tcp.ssl";

    /// <param name="config">The section of the transport.</param>
    /// <param name="setup">The certificate from code counts when the section names none.</param>
    public TlsSettings(Config config, ActorSystemSetup setup)
    {
        SuppressValidation = config.GetBoolean("ssl.suppress-validation");
        RequireMutualAuthentication = config.GetBoolean("ssl.require-mutual-authentication");
        TrustedRootsPath = config.GetString("ssl.trusted-roots-path") ?? "";
        Path = config.GetString("ssl.certificate.path") ?? "";
        Password = config.GetString("ssl.certificate.password") ?? "";
        Flags = FlagsOf(config.GetStringList("ssl.certificate.flags"));
        UseThumbprint = config.GetBoolean("ssl.certificate.use-thumbprint-over-file");
        Thumbprint = config.GetString("ssl.certificate.thumbprint") ?? "";
        StoreName = config.GetString("ssl.certificate.store-name") is { Length: > 0 } store ? store : "My";
        StoreLocation = LocationOf(config.GetString("ssl.certificate.store-location"));
        if (UseThumbprint && Thumbprint.Length == 0)
            throw new ConfigurationException(Key + ".certificate.use-thumbprint-over-file is on, but .thumbprint is empty");
        if (UseThumbprint || Path.Length > 0) return;

        Option<DotNettySslSetup> fromCode = setup.Get<DotNettySslSetup>();
        if (!fromCode.HasValue || fromCode.Value.Certificate is null)
            throw new ConfigurationException("akka.remote.dot-netty.tcp.enable-ssl is on, but " + Key + ".certificate names no certificate");
        Certificate = fromCode.Value.Certificate;
        SuppressValidation = fromCode.Value.SuppressValidation;
    }

    /// <summary>From code; null: from the file or the store.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Any certificate of the other side is taken.</summary>
    public bool SuppressValidation { get; }

    /// <summary>Addition: those who connect have to show a valid certificate, too.</summary>
    public bool RequireMutualAuthentication { get; }

    /// <summary>Addition: PEM file with the only roots that are trusted. Empty: those of the machine.</summary>
    public string TrustedRootsPath { get; }

    /// <summary>Of a PKCS#12 file.</summary>
    public string Path { get; }

    public string Password { get; }

    public X509KeyStorageFlags Flags { get; }

    public bool UseThumbprint { get; }

    public string Thumbprint { get; }

    public string StoreName { get; }

    public StoreLocation StoreLocation { get; }

    private static X509KeyStorageFlags FlagsOf(IList<string> names)
    {
        X509KeyStorageFlags flags = X509KeyStorageFlags.DefaultKeySet;
        foreach (string name in names)
        {
            flags |= name switch
            {
                "default-key-set" => X509KeyStorageFlags.DefaultKeySet,
                "exportable" => X509KeyStorageFlags.Exportable,
                "machine-key-set" => X509KeyStorageFlags.MachineKeySet,
                "persist-key-set" => X509KeyStorageFlags.PersistKeySet,
                "user-key-set" => X509KeyStorageFlags.UserKeySet,
                "user-protected" => X509KeyStorageFlags.UserProtected,
                _ => throw new ConfigurationException(Key + ".certificate.flags: unknown flag [" + name + "]"),
            };
        }

        return flags;
    }

    private static StoreLocation LocationOf(string name) => name switch
    {
        null or "" or "current-user" => StoreLocation.CurrentUser,
        "local-machine" => StoreLocation.LocalMachine,
        _ => throw new ConfigurationException(Key + ".certificate.store-location is neither current-user nor local-machine: " + name),
    };
}
