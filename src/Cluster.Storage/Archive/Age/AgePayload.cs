using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Cluster.Storage.Archive.Age;

/// <summary>
/// The encrypted content: chunks of 64 KiB, each with its number and whether it is the last in the nonce. So chunks cannot be swapped, and an
/// end that was cut off is seen. The last chunk is empty only if the whole content is.
/// </summary>
internal static class AgePayload
{
    public const int ChunkBytes = 64 << 10;
    public const int SealedBytes = ChunkBytes + X25519Wrap.TagBytes;
    public const int NonceBytes = 16;

    public static void Seal(ChaCha20Poly1305 cipher, long number, bool last, ReadOnlySpan<byte> plain, Span<byte> target)
    {
        Span<byte> nonce = stackalloc byte[X25519Wrap.NonceBytes];
        Nonce(nonce, number, last);
        cipher.Encrypt(nonce, plain, target[..plain.Length], target.Slice(plain.Length, X25519Wrap.TagBytes));
    }

    public static bool TryOpen(ChaCha20Poly1305 cipher, long number, bool last, ReadOnlySpan<byte> chunk, Span<byte> target)
    {
        Span<byte> nonce = stackalloc byte[X25519Wrap.NonceBytes];
        Nonce(nonce, number, last);
        try
        {
            cipher.Decrypt(nonce, chunk[..^X25519Wrap.TagBytes], chunk[^X25519Wrap.TagBytes..], target[..(chunk.Length - X25519Wrap.TagBytes)]);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static void Nonce(Span<byte> nonce, long number, bool last)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[3..], number);
        nonce[11] = last ? (byte)1 : (byte)0;
    }
}
