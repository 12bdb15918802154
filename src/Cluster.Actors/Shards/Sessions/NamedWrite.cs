using System.Text;
using Cluster.Storage.Sessions;

namespace Cluster.Actors.Shards;

/// <summary>A write to which a client gave its session and sequence itself.</summary>
public readonly record struct NamedWrite(Guid Session, long Sequence)
{
    private const int IdDigits = 32;

    /// <summary>An id from later than this, µs, would make others look old: it is not one of ours.</summary>
    private const long AheadMax = 1_000_000;

    public bool IsPresent => Session != Guid.Empty;

    /// <summary>A new session, as clients write it: 32 hexadecimal digits, which tell when it was born.</summary>
    public static string NewId(TimeProvider time) =>
        SessionId.Create(Now(time), unchecked((ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue))).ToString("N");

    /// <summary>False if the text cannot have come from <see cref="NewId"/>.</summary>
    public static bool TryReadId(ReadOnlySpan<byte> text, TimeProvider time, out Guid session)
    {
        session = Guid.Empty;
        Span<char> digits = stackalloc char[IdDigits];
        if (text.Length != IdDigits || !Ascii.IsValid(text)) return false;
        Encoding.ASCII.GetChars(text, digits);
        return Guid.TryParseExact(digits, "N", out session) && SessionId.BirthOf(session) is var birth && birth > 0 && birth <= Now(time) + AheadMax;
    }

    private static long Now(TimeProvider time) => (time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
