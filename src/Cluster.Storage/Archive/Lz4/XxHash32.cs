using System.Buffers.Binary;
using System.Numerics;

namespace Cluster.Storage.Archive.Lz4;

/// <summary>XXH32 with seed 0, the checksum of LZ4 frames, fed piece by piece. A value: copy it to look at the hash so far.</summary>
internal struct XxHash32
{
    private const uint Prime1 = 2654435761;
    private const uint Prime2 = 2246822519;
    private const uint Prime3 = 3266489917;
    private const uint Prime4 = 668265263;
    private const uint Prime5 = 374761393;
    private const int StripeBytes = 16;

    private uint _a;
    private uint _b;
    private uint _c;
    private uint _d;
    private ulong _length;
    private Stripe _rest;
    private int _restLength;

    [System.Runtime.CompilerServices.InlineArray(StripeBytes)]
    private struct Stripe
    {
        private byte _first;
    }

    public XxHash32()
    {
        unchecked
        {
            _a = Prime1 + Prime2;
            _b = Prime2;
            _d = 0u - Prime1;
        }
    }

    public static uint Compute(ReadOnlySpan<byte> data)
    {
        var hash = new XxHash32();
        hash.Append(data);
        return hash.Value();
    }

    public void Append(ReadOnlySpan<byte> data)
    {
        _length += (ulong)data.Length;
        if (_restLength > 0)
        {
            Span<byte> rest = _rest;
            var taken = Math.Min(StripeBytes - _restLength, data.Length);
            data[..taken].CopyTo(rest[_restLength..]);
            _restLength += taken;
            data = data[taken..];
            if (_restLength < StripeBytes)
                return;
            Stripes(rest);
            _restLength = 0;
        }

        var whole = data.Length & -StripeBytes;
        Stripes(data[..whole]);
        data[whole..].CopyTo(_rest);
        _restLength = data.Length - whole;
    }

    public readonly uint Value()
    {
        var hash = _length >= StripeBytes
            ? BitOperations.RotateLeft(_a, 1) + BitOperations.RotateLeft(_b, 7) + BitOperations.RotateLeft(_c, 12) + BitOperations.RotateLeft(_d, 18)
            : Prime5;
        hash += (uint)_length;
        ReadOnlySpan<byte> rest = _rest;
        rest = rest[.._restLength];
        for (; rest.Length >= 4; rest = rest[4..])
            hash = BitOperations.RotateLeft(hash + (BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime3), 17) * Prime4;
        foreach (var value in rest)
            hash = BitOperations.RotateLeft(hash + (value * Prime5), 11) * Prime1;
        hash = (hash ^ (hash >> 15)) * Prime2;
        hash = (hash ^ (hash >> 13)) * Prime3;
        return hash ^ (hash >> 16);
    }

    private void Stripes(ReadOnlySpan<byte> data)
    {
        uint a = _a, b = _b, c = _c, d = _d;
        for (; data.Length >= StripeBytes; data = data[StripeBytes..])
        {
            a = Round(a, BinaryPrimitives.ReadUInt32LittleEndian(data));
            b = Round(b, BinaryPrimitives.ReadUInt32LittleEndian(data[4..]));
            c = Round(c, BinaryPrimitives.ReadUInt32LittleEndian(data[8..]));
            d = Round(d, BinaryPrimitives.ReadUInt32LittleEndian(data[12..]));
        }

        (_a, _b, _c, _d) = (a, b, c, d);
    }

    private static uint Round(uint lane, uint input) => BitOperations.RotateLeft(lane + (input * Prime2), 13) * Prime1;
}
