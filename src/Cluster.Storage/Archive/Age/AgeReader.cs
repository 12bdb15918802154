using System.Buffers;
using System.Security.Cryptography;

namespace Cluster.Storage.Archive.Age;

/// <summary>
/// Decrypts an age file. Gives out only what was authenticated; the end of the content is the end of the last chunk and of the source, anything
/// else throws. Holds two chunks. Blocks its caller.
/// </summary>
public sealed class AgeReader : ForwardStream
{
    private readonly Stream _source;
    private readonly ChaCha20Poly1305 _cipher;
    private byte[] _input;
    private int _inputStart;
    private int _inputEnd;
    private byte[] _plain;
    private int _start;
    private int _end;
    private long _number;
    private bool _ended;

    private AgeReader(Stream source, ChaCha20Poly1305 cipher, byte[] input, int inputStart, int inputEnd)
    {
        _source = source;
        _cipher = cipher;
        _input = input;
        _inputStart = inputStart;
        _inputEnd = inputEnd;
        _plain = ArrayPool<byte>.Shared.Rent(AgePayload.ChunkBytes);
    }

    public override bool CanRead => true;

    /// <summary>Reads the header and finds the key. Throws <see cref="AgeException"/>. The source stays open.</summary>
    public static AgeReader Open(Stream source, IReadOnlyList<AgeIdentity> identities)
    {
        var input = ArrayPool<byte>.Shared.Rent(AgePayload.SealedBytes + 1);
        var start = 0;
        var end = 0;
        try
        {
            var header = new AgeHeaderParser(Next);
            header.Parse();
            var fileKey = FindKey(header, identities);
            if (!CryptographicOperations.FixedTimeEquals(AgeHeader.Mac(fileKey, header.Text), header.Mac))
                throw new AgeException(AgeProblem.Authentication, "the header's MAC does not hold: it was changed");
            var nonce = new byte[AgePayload.NonceBytes];
            for (var i = 0; i < nonce.Length; i++)
            {
                var next = Next();
                nonce[i] = next >= 0 ? (byte)next : throw new AgeException(AgeProblem.Header, "it ends before the content");
            }

            var cipher = AgeHeader.PayloadCipher(fileKey, nonce);
            CryptographicOperations.ZeroMemory(fileKey);
            return new AgeReader(source, cipher, input, start, end);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(input);
            throw;
        }

        int Next()
        {
            if (start == end)
            {
                start = 0;
                end = source.Read(input);
            }

            return start < end ? input[start++] : -1;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        if (_start == _end && !_ended && buffer.Length > 0)
            ReadChunk();
        var count = Math.Min(buffer.Length, _end - _start);
        _plain.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        _ended = true;
        _start = _end = 0;
        _cipher.Dispose();
        if (_plain.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_plain, clearArray: true);
            ArrayPool<byte>.Shared.Return(_input);
        }

        _plain = [];
        _input = [];
        base.Dispose(disposing);
    }

    private static byte[] FindKey(AgeHeaderParser header, IReadOnlyList<AgeIdentity> identities)
    {
        foreach (var stanza in header.Stanzas)
        {
            foreach (var identity in identities)
            {
                if (identity.TryUnwrap(stanza) is { } fileKey)
                    return fileKey;
            }
        }

        throw new AgeException(AgeProblem.NoMatch, FormattableString.Invariant($"none of {identities.Count} identities is one that it was encrypted to"));
    }

    /// <summary>Whether more follows a full chunk tells whether it is the last: one byte is read ahead.</summary>
    private void ReadChunk()
    {
        _input.AsSpan(_inputStart, _inputEnd - _inputStart).CopyTo(_input);
        _inputEnd -= _inputStart;
        _inputStart = 0;
        if (_inputEnd <= AgePayload.SealedBytes)
            _inputEnd += _source.ReadAtLeast(_input.AsSpan(_inputEnd), AgePayload.SealedBytes + 1 - _inputEnd, throwOnEndOfStream: false);

        var last = _inputEnd <= AgePayload.SealedBytes;
        var length = Math.Min(_inputEnd, AgePayload.SealedBytes);
        if (length < X25519Wrap.TagBytes)
            throw Damaged("the content ends before its last chunk");
        if (!AgePayload.TryOpen(_cipher, _number, last, _input.AsSpan(0, length), _plain))
            throw Damaged(last ? "the last chunk cannot be opened: it was changed, or what followed was cut off" : FormattableString.Invariant($"chunk {_number} cannot be opened: it was changed, or something was added"));
        if (length == X25519Wrap.TagBytes && _number > 0)
            throw Damaged("the last chunk is empty");
        _number++;
        _ended = last;
        _inputStart = length;
        _start = 0;
        _end = length - X25519Wrap.TagBytes;
    }

    private AgeException Damaged(string reason)
    {
        // What failed once is not tried again as if it were the next chunk.
        _ended = true;
        return new AgeException(AgeProblem.Payload, reason);
    }
}
