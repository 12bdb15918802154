using System.Security.Cryptography;
using Cluster.Storage.Archive.Age;
using Cluster.Storage.Archive.Lz4;

namespace Cluster.Storage.Archive.Layout;

/// <summary>Between what is stored and what it means: compress, then encrypt; decrypt, then decompress.</summary>
public static class ArchiveContent
{
    private const int CopyBytes = 256 << 10;

    /// <summary>Encodes all of <paramref name="plain"/> into <paramref name="target"/>. Blocks. Returns what a side object says of it.</summary>
    public static ArchiveFile Encode(Stream plain, Stream target, string name, ArchiveEncoding encoding, IReadOnlyList<AgeRecipient> recipients)
    {
        using var hashed = new HashingStream(target);
        using var age = encoding.HasFlag(ArchiveEncoding.Age) ? new AgeWriter(hashed, recipients) : null;
        using var lz4 = encoding.HasFlag(ArchiveEncoding.Lz4) ? new Lz4FrameWriter(age ?? (Stream)hashed) : null;
        plain.CopyTo(lz4 ?? age ?? (Stream)hashed, CopyBytes);
        lz4?.Finish();
        age?.Finish();
        return new ArchiveFile(name, hashed.Bytes, hashed.Hash());
    }

    /// <summary>Blocks its reader, who gets the errors of what it decodes.</summary>
    public static DecodedContent Decode(Stream stored, ArchiveEncoding encoding, IReadOnlyList<AgeIdentity> identities)
    {
        var age = encoding.HasFlag(ArchiveEncoding.Age) ? AgeReader.Open(stored, identities) : null;
        var lz4 = encoding.HasFlag(ArchiveEncoding.Lz4) ? new Lz4FrameReader(age ?? stored) : null;
        return new DecodedContent(lz4 ?? age ?? stored, age, lz4);
    }
}

/// <summary>The plain content of a stored one. Disposing it gives back what decodes, and leaves the source open.</summary>
public sealed class DecodedContent : IDisposable
{
    private readonly AgeReader? _age;
    private readonly Lz4FrameReader? _lz4;

    internal DecodedContent(Stream plain, AgeReader? age, Lz4FrameReader? lz4) => (Plain, _age, _lz4) = (plain, age, lz4);

    public Stream Plain { get; }

    public void Dispose()
    {
        _lz4?.Dispose();
        _age?.Dispose();
    }
}

/// <summary>Counts and hashes what passes, one way or the other. What it passes to stays open.</summary>
internal sealed class HashingStream(Stream inner) : ForwardStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Bytes { get; private set; }

    public override bool CanRead => inner.CanRead;

    public override bool CanWrite => inner.CanWrite;

    public string Hash() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);
        Note(buffer);
    }

    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        Note(buffer[..count]);
        return count;
    }

    public override void Flush() => inner.Flush();

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }

    private void Note(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        Bytes += bytes.Length;
    }
}
