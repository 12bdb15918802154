using System.Buffers;
using System.Security.Cryptography;

namespace Cluster.Storage.Archive.Age;

/// <summary>
/// Encrypts what is written to it, to one or more recipients. <see cref="Finish"/> writes the last chunk; a writer that is disposed without it leaves what
/// no reader takes for whole. Holds two chunks. Blocks its caller.
/// </summary>
public sealed class AgeWriter : ForwardStream
{
    private readonly Stream _target;
    private readonly ChaCha20Poly1305 _cipher;
    private byte[] _chunk = ArrayPool<byte>.Shared.Rent(AgePayload.ChunkBytes);
    private byte[] _sealed = ArrayPool<byte>.Shared.Rent(AgePayload.SealedBytes);
    private int _length;
    private long _number;
    private bool _finished;

    /// <param name="target">Stays open. The header is written to it at once.</param>
    /// <param name="recipients">At least one.</param>
    public AgeWriter(Stream target, IReadOnlyList<AgeRecipient> recipients)
    {
        if (recipients.Count == 0)
            throw new AgeException(AgeProblem.Key, "nothing can be encrypted to nobody");
        _target = target;
        var fileKey = RandomNumberGenerator.GetBytes(X25519Wrap.FileKeyBytes);
        var stanzas = new AgeStanza[recipients.Count];
        for (var i = 0; i < stanzas.Length; i++)
            stanzas[i] = X25519Wrap.Wrap(recipients[i].Key, fileKey);
        var nonce = RandomNumberGenerator.GetBytes(AgePayload.NonceBytes);
        _cipher = AgeHeader.PayloadCipher(fileKey, nonce);
        var header = AgeHeader.Encode(stanzas, fileKey);
        CryptographicOperations.ZeroMemory(fileKey);
        _target.Write(header);
        _target.Write(nonce);
    }

    public override bool CanWrite => true;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_finished, this);
        while (buffer.Length > 0)
        {
            // A full chunk is kept until more follows: it may be the last.
            if (_length == AgePayload.ChunkBytes)
                WriteChunk(last: false);
            var taken = Math.Min(AgePayload.ChunkBytes - _length, buffer.Length);
            buffer[..taken].CopyTo(_chunk.AsSpan(_length));
            _length += taken;
            buffer = buffer[taken..];
        }
    }

    /// <summary>Writes the last chunk. Nothing can be written afterwards.</summary>
    public void Finish()
    {
        if (_finished)
            return;
        WriteChunk(last: true);
        _finished = true;
    }

    public override void Flush() => _target.Flush();

    protected override void Dispose(bool disposing)
    {
        _finished = true;
        _cipher.Dispose();
        ArrayPool<byte>.Shared.Return(_chunk, clearArray: true);
        ArrayPool<byte>.Shared.Return(_sealed);
        _chunk = [];
        _sealed = [];
        base.Dispose(disposing);
    }

    private void WriteChunk(bool last)
    {
        AgePayload.Seal(_cipher, _number++, last, _chunk.AsSpan(0, _length), _sealed);
        _target.Write(_sealed.AsSpan(0, _length + X25519Wrap.TagBytes));
        _length = 0;
    }
}
