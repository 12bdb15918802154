using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Cluster.Storage.Archive.Layout;

/// <summary>
/// The small objects of an archive: one line of JSON, then a line with its SHA-256, so that people read them and check them with what every system has, and a
/// changed byte is seen. Fields that a reader does not know are passed over; a higher version is refused.
/// </summary>
internal static class SealedJson
{
    public const int Version = 1;

    /// <summary>A snapshot of tens of thousands of parts stays below it.</summary>
    public const int BytesMax = 64 << 20;

    private const int SealBytes = 65;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 8 };

    public static byte[] Seal(string format, Action<Utf8JsonWriter> fields)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            writer.WriteString("format", format);
            writer.WriteNumber("version", Version);
            fields(writer);
            writer.WriteEndObject();
        }

        text.Write("\n"u8);
        return [.. text.WrittenSpan, .. Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(text.WrittenSpan))), (byte)'\n'];
    }

    /// <summary>Reads the whole document; whatever <paramref name="read"/> cannot find or use is damage too.</summary>
    public static T Open<T>(ReadOnlySpan<byte> bytes, string format, string name, Func<JsonElement, T> read)
    {
        if (bytes.Length <= SealBytes || bytes[^1] != '\n' || bytes[^(SealBytes + 1)] != '\n')
            throw new ArchiveException(name, "it is no whole document");
        var text = bytes[..^SealBytes];
        if (!Encoding.ASCII.GetString(bytes[^SealBytes..^1]).Equals(Convert.ToHexStringLower(SHA256.HashData(text)), StringComparison.Ordinal))
            throw new ArchiveException(name, "its SHA-256 does not hold: it was changed");
        try
        {
            var reader = new Utf8JsonReader(text, Strict);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.GetProperty("format").GetString() != format)
                throw new ArchiveException(name, $"it is no {format}");
            if (root.GetProperty("version").GetInt32() != Version)
                throw new ArchiveException(name, "this program does not know its version");
            return read(root);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or FormatException or InvalidOperationException or OverflowException)
        {
            throw new ArchiveException(name, $"its fields are not those of a {format}: {error.Message}", error);
        }
    }

    public static void WriteDigest(Utf8JsonWriter writer, ulong digest) => writer.WriteStringValue(digest.ToString("x16", System.Globalization.CultureInfo.InvariantCulture));

    public static ulong ReadDigest(JsonElement element)
    {
        var text = element.GetString();
        return text is { Length: 16 } ? ulong.Parse(text, System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture) : throw new FormatException("a digest has 16 digits");
    }
}
