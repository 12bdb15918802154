namespace Cluster.Storage;

/// <summary>The numbers of docs/formats/record.md. Little-endian throughout.</summary>
public static class RecordFormat
{
    public const int LengthOffset = 0;
    public const int KindOffset = 4;
    public const int FlagsOffset = 5;
    public const int StampLengthOffset = 6;
    public const int LsnOffset = 8;
    public const int TermOffset = 16;
    public const int TimestampOffset = 24;
    public const int HeaderBytes = 32;
    public const int SessionIdOffset = 32;
    public const int SessionSequenceOffset = 48;
    public const int SessionBytes = 24;

    /// <summary>A session of fixed size follows. Read, not written by shards: <see cref="StampFlag"/> took its place.</summary>
    public const byte SessionFlag = 1;

    /// <summary>A stamp (<see cref="Sessions.RecordStamp"/>) follows, as long as the header says. Never together with <see cref="SessionFlag"/>.</summary>
    public const byte StampFlag = 2;

    /// <summary>A record with its header. 128 MiB: a value of 64 MiB, or a transaction of several.</summary>
    public const int RecordBytesMax = 128 << 20;

    public static bool IsKnown(RecordKind kind) => kind is (>= RecordKind.NoOp and <= RecordKind.Time) or RecordKind.Persistence;

    public static int LengthOf(bool hasSession, int payloadLength) => HeaderBytes + (hasSession ? SessionBytes : 0) + payloadLength;
}
