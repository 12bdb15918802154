using System.Security.Cryptography;

namespace Cluster.Storage.Archive.Stores;

/// <summary>
/// What is to be put: its length and SHA-256 are known before, and it can be opened again for every attempt. A store publishes nothing else under the name.
/// </summary>
public sealed class ObjectContent
{
    private readonly Func<Stream> _open;

    private ObjectContent(long length, byte[] sha256, Func<Stream> open)
    {
        Length = length;
        Sha256 = sha256;
        _open = open;
    }

    public long Length { get; }

    public ReadOnlyMemory<byte> Sha256 { get; }

    public static ObjectContent FromBytes(byte[] bytes) =>
        new(bytes.Length, SHA256.HashData(bytes), () => new MemoryStream(bytes, writable: false));

    /// <summary>A file that nobody changes any more; its length and hash are known from writing it.</summary>
    public static ObjectContent FromFile(string path, long length, ReadOnlyMemory<byte> sha256) =>
        new(length, sha256.ToArray(), () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1));

    /// <summary>A new stream at its beginning; it can seek.</summary>
    public Stream Open() => _open();
}
