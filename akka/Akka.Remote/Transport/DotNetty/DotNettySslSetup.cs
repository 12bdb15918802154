using System.Security.Cryptography.X509Certificates;
using Akka.Actor.Setup;

namespace Akka.Remote.Transport.DotNetty;

/// <summary>The certificate of TLS from code, for when the configuration names none.</summary>
public sealed class DotNettySslSetup : Setup
{
    /// <summary>With that certificate, which has to have its private key.</summary>
    public DotNettySslSetup(X509Certificate2 certificate, bool suppressValidation)
    {
        Certificate = certificate;
        SuppressValidation = suppressValidation;
    }

    /// <summary>This system shows it to its peers.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Any certificate of the other side is taken.</summary>
    public bool SuppressValidation { get; }
}
