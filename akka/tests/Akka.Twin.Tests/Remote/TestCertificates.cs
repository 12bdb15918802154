using System;
using System.IO;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Akka.Twin.Tests.Remote;

/// <summary>An authority and what it signs, as files of a folder that goes away with it.</summary>
internal sealed class TestCertificates : IDisposable
{
    public const string Password = "secret";

    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly string _folder = Directory.CreateTempSubdirectory("akka-tls-").FullName;
    private readonly X509Certificate2 _authority;

    public TestCertificates()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=authority of a test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        _authority = request.CreateSelfSigned(Now.AddDays(-30), Now.AddDays(30));
        RootsPath = Path.Combine(_folder, "roots.pem");
        File.WriteAllText(RootsPath, _authority.ExportCertificatePem());
    }

    /// <summary>PEM with the authority.</summary>
    public string RootsPath { get; }

    /// <summary>A PKCS#12 file with a certificate for that name; its path.</summary>
    public string Issue(string file, string dnsName, int validFromDays = -1, int validToDays = 1)
    {
        string path = Path.Combine(_folder, file);
        using X509Certificate2 certificate = Sign(dnsName, validFromDays, validToDays);
        // A renewal takes the place of the former file at once.
        File.WriteAllBytes(path + ".new", certificate.Export(X509ContentType.Pkcs12, Password));
        File.Move(path + ".new", path, overwrite: true);
        return path;
    }

    public X509Certificate2 Load(string path) => X509CertificateLoader.LoadPkcs12FromFile(path, Password);

    /// <summary>Settings of a system with that certificate which trusts the authority.</summary>
    public string Settings(string path, string more = "") => $$"""
        akka.remote.dot-netty.tcp {
          enable-ssl = true
          ssl {
            trusted-roots-path = "{{RootsPath}}"
            certificate { path = "{{path}}", password = "{{Password}}" }
            {{more}}
          }
        }

        """;

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private X509Certificate2 Sign(string dnsName, int validFromDays, int validToDays)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=" + dnsName, key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(dnsName);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        byte[] serial = RandomNumberGenerator.GetBytes(8);
        using X509Certificate2 signed = request.Create(_authority, Now.AddDays(validFromDays), Now.AddDays(validToDays), serial);
        return signed.CopyWithPrivateKey(key);
    }
}
