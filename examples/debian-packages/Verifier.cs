using System.Net;

namespace DebianPackages;

/// <summary>Reads acknowledged keys back from one node and compares every byte.</summary>
public static class Verifier
{
    /// <returns>Number of records that are missing or differ; the first few are named on the console.</returns>
    public static async Task<int> Run(IPEndPoint node, bool readOnly, IReadOnlyList<Package> packages, HashSet<string> acknowledged, Action<int> progress)
    {
        const int Window = 64;
        using var client = await RespClient.Connect(node, TimeSpan.FromSeconds(5));
        if (readOnly)
        {
            client.Add("READONLY"u8);
            await client.Send();
            var reply = await client.Receive();
            if (!reply.IsOk) throw new IOException($"READONLY: {reply.Text}");
        }

        var expected = packages.Where(p => acknowledged.Contains(System.Text.Encoding.UTF8.GetString(p.Key))).ToList();
        int wrong = 0;
        for (int from = 0; from < expected.Count; from += Window)
        {
            int count = Math.Min(Window, expected.Count - from);
            for (int i = 0; i < count; i++) client.Add("GET"u8, expected[from + i].Key);
            await client.Send();
            for (int i = 0; i < count; i++)
            {
                var reply = await client.Receive();
                var package = expected[from + i];
                if (reply.Kind == ReplyKind.Bulk && reply.Value.AsSpan().SequenceEqual(package.Value)) continue;
                if (++wrong <= 5) Console.Error.WriteLine($"{System.Text.Encoding.UTF8.GetString(package.Key)}: {(reply.Kind == ReplyKind.Bulk ? "other bytes" : $"{reply.Kind} {reply.Text}")}");
            }

            progress(count);
        }

        return wrong;
    }
}
