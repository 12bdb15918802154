namespace Cluster.Storage.Tests.Archive;

/// <summary>Content of every kind that an archive meets: empty, tiny, noise, runs, text, records with long and short repetitions.</summary>
internal static class ArchiveSamples
{
    public static string Fixture(params string[] path) => Path.Combine([AppContext.BaseDirectory, "fixtures", .. path]);

    public static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        switch (random.Next(4))
        {
            case 0:
                random.NextBytes(bytes);
                break;
            case 1:
                Array.Fill(bytes, (byte)random.Next(256));
                break;
            default:
                Repetitive(random, bytes);
                break;
        }

        return bytes;
    }

    private static void Repetitive(Random random, byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(bytes.Length - at, random.Next(1, random.Next(2) == 0 ? 12 : 400));
            if (at > 0 && random.Next(3) > 0)
            {
                var from = at - 1 - random.Next(Math.Min(at, random.Next(2) == 0 ? 8 : 90_000));
                for (var i = 0; i < length; i++)
                    bytes[at + i] = bytes[from + i];
            }
            else
            {
                random.NextBytes(bytes.AsSpan(at, length));
            }

            at += length;
        }
    }
}
