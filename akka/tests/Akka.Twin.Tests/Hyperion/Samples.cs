using System;
using System.Collections.Generic;
using System.IO;

namespace Akka.Twin.Tests.Hyperion;

public sealed record Part(string Name, int Weight);

public sealed record Whole(Guid Id, Part First, List<Part> Rest, DayOfWeek Day, (int, string) Pair);

public sealed class Chain
{
    public int Number;
    public Chain Next;

    public static Chain Of(int length)
    {
        Chain chain = null;
        for (var i = 0; i < length; i++)
        {
            chain = new Chain { Number = i, Next = chain };
        }

        return chain;
    }

    public static Chain Ring()
    {
        var ring = Of(3);
        ring.Next.Next.Next = ring;
        return ring;
    }
}

// One type as two versions of a node have it: read under the name of the other.
public sealed class VersionA
{
    public string Kept;
    public int Removed;
    public Part Nested;
}

public sealed class VersionB
{
    public string Kept;
    public long Added = 5;
    public Part Nested;
}

/// <summary>A stream of a network: no length, no way back, one byte at a time.</summary>
public sealed class Dripping(byte[] bytes) : Stream
{
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_position == bytes.Length || count == 0)
        {
            return 0;
        }

        buffer[offset] = bytes[_position++];
        return 1;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
