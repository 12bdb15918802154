using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Cluster.Storage.Archive.Age;
using Xunit;

namespace Cluster.Storage.Tests.Archive.Age;

public sealed class AgeTests
{
    private const string KnownIdentity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
    private const string KnownRecipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

    private static readonly AgeIdentity Identity = AgeIdentity.Parse(KnownIdentity);

    [Fact]
    public void A_known_key_has_another_text()
    {
        Assert.Equal(KnownRecipient, Identity.Recipient.ToString());
        Assert.Equal(KnownIdentity, Identity.ToSecretText());
        Assert.Equal(KnownRecipient, AgeRecipient.Parse(KnownRecipient).ToString());
        Assert.Equal(KnownRecipient, AgeIdentity.Parse(KnownIdentity.ToLowerInvariant()).ToString());
        var made = AgeIdentity.Generate();
        Assert.Equal(made.Recipient, AgeIdentity.Parse(made.ToSecretText()).Recipient);
    }

    [Fact]
    public void A_mistyped_key_is_taken_or_a_secret_is_told()
    {
        foreach (var text in new[] { KnownIdentity, KnownRecipient })
        {
            for (var at = 0; at < text.Length; at++)
            {
                var letters = text.ToCharArray();
                letters[at] = letters[at] == 'q' || letters[at] == 'Q' ? 'p' : char.IsUpper(letters[at]) ? 'Q' : 'q';
                var mistyped = new string(letters);
                var error = text == KnownIdentity
                    ? Assert.Throws<AgeException>(() => AgeIdentity.Parse(mistyped))
                    : Assert.Throws<AgeException>(() => AgeRecipient.Parse(mistyped));
                Assert.Equal(AgeProblem.Key, error.Problem);
                Assert.DoesNotContain("SECRET-KEY-1G", error.Message, StringComparison.Ordinal);
            }
        }

        Assert.Throws<AgeException>(() => AgeIdentity.Parse(KnownRecipient));
        Assert.Throws<AgeException>(() => AgeRecipient.Parse(KnownIdentity));
        Assert.Throws<AgeException>(() => AgeRecipient.Parse(new string('q', 5000)));
        Assert.DoesNotContain("SECRET", Identity.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_keys_is_misread()
    {
        var keys = AgeKeyFile.ParseIdentities(File.ReadAllText(ArchiveSamples.Fixture("age-cli", "identity.txt")) + "\r\n\n# another\n" + KnownIdentity);
        Assert.Equal(["age1d89upa598pzydwsn43l2z7q9mf4a6ezgdts0lxn0ltv68gdc7s5sm3zhvm", KnownRecipient], keys.Select(static key => key.ToString()));
        var error = Assert.Throws<AgeException>(() => AgeKeyFile.ParseIdentities($"# one\n{KnownRecipient}\n"));
        Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
        Assert.Throws<AgeException>(() => AgeKeyFile.ParseRecipients("# none\n"));
    }

    [Fact]
    public void Content_does_not_come_back_as_it_went_or_takes_another_number_of_bytes()
    {
        var random = new Random(1);
        var other = AgeIdentity.Generate();
        foreach (var length in new[] { 0, 1, 15, 16, 65535, 65536, 65537, 131072, 300_000 })
        {
            var plain = ArchiveSamples.Bytes(random, length);
            var one = Encrypt(plain, Identity.Recipient);
            Assert.Equal(184 + length + (16 * Math.Max(1, (length + 65535) / 65536)), one.Length);
            Assert.Equal(plain, Decrypt(one, Identity));
            Assert.Equal(AgeProblem.NoMatch, Assert.Throws<AgeException>(() => Decrypt(one, other)).Problem);
            var both = Encrypt(plain, Identity.Recipient, other.Recipient);
            Assert.Equal(plain, Decrypt(both, other));
            Assert.Equal(plain, Decrypt(both, AgeIdentity.Generate(), Identity));
        }
    }

    [Fact]
    public void Damaged_content_is_given_out()
    {
        var plain = ArchiveSamples.Bytes(new Random(2), 200_000);
        var file = Encrypt(plain, Identity.Recipient);
        var random = new Random(3);
        for (var i = 0; i < 120; i++)
        {
            var damaged = (byte[])file.Clone();
            damaged[random.Next(i % 2 == 0 ? 220 : file.Length)] ^= (byte)(1 << random.Next(8));
            AssertPrefix(damaged);
        }

        for (var i = 0; i < 60; i++)
            AssertPrefix(file[..random.Next(i % 2 == 0 ? 220 : file.Length)]);

        // Cut at the very end of a chunk, a chunk left out, two swapped, one added.
        const int Head = 184;
        const int Chunk = 65552;
        AssertPrefix(file[..(Head + Chunk)]);
        AssertPrefix([.. file[..Head], .. file[(Head + Chunk)..]]);
        AssertPrefix([.. file[..Head], .. file[(Head + Chunk)..(Head + Chunk + Chunk)], .. file[Head..(Head + Chunk)], .. file[(Head + Chunk + Chunk)..]]);
        AssertPrefix([.. file, .. file[^16..]]);

        void AssertPrefix(byte[] damaged)
        {
            var released = new MemoryStream();
            Assert.Throws<AgeException>(() =>
            {
                using var reader = AgeReader.Open(new MemoryStream(damaged), [Identity]);
                reader.CopyTo(released);
            });
            Assert.True(plain.AsSpan().StartsWith(released.ToArray()));
            Assert.True(released.Length < plain.Length);
        }
    }

    [Fact]
    public void A_file_that_was_never_finished_looks_whole()
    {
        var target = new MemoryStream();
        using (var writer = new AgeWriter(target, [Identity.Recipient]))
            writer.Write(new byte[70_000]);
        Assert.Equal(AgeProblem.Payload, Assert.Throws<AgeException>(() => Decrypt(target.ToArray(), Identity)).Problem);
    }

    [Theory]
    [InlineData("empty.age", 0)]
    [InlineData("zero64k.age", 65536)]
    public void A_file_of_the_other_program_is_not_read(string name, int zeros)
    {
        var identities = AgeKeyFile.ParseIdentities(File.ReadAllText(ArchiveSamples.Fixture("age-cli", "identity.txt")));
        Assert.Equal(new byte[zeros], Decrypt(File.ReadAllBytes(ArchiveSamples.Fixture("age-cli", name)), [.. identities]));
    }

    [ToolFact("age", "age-keygen")]
    public void The_other_program_cannot_read_our_files_or_we_its()
    {
        var folder = Directory.CreateTempSubdirectory("cluster-age-").FullName;
        try
        {
            var keys = Path.Combine(folder, "keys");
            Tool.Run("age-keygen", [], "-o", keys);
            var theirs = AgeKeyFile.ParseIdentities(File.ReadAllText(keys))[0];
            var plain = ArchiveSamples.Bytes(new Random(4), 150_000);
            Assert.Equal(plain, Tool.Run("age", Encrypt(plain, Identity.Recipient, theirs.Recipient), "-d", "-i", keys));
            Assert.Equal(plain, Decrypt(Tool.Run("age", plain, "-r", theirs.ToString(), "-r", KnownRecipient), Identity));
            Assert.Equal([], Tool.Run("age", Encrypt([], theirs.Recipient), "-d", "-i", keys));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The project's own vectors (C2SP/CCTV). Armored ones are left out: the archive has none.</summary>
    [Fact]
    public void A_vector_of_the_format_is_judged_otherwise()
    {
        var judged = 0;
        foreach (var path in Directory.EnumerateFiles(ArchiveSamples.Fixture("age-testkit")))
        {
            var (fields, file) = Vector(File.ReadAllBytes(path));
            if (fields.Any(static field => field.Name is "armored"))
                continue;
            var identities = fields.Where(static field => field.Name == "identity").Select(static field => AgeIdentity.Parse(field.Value)).ToArray();
            var released = new MemoryStream();
            string verdict;
            try
            {
                using var reader = AgeReader.Open(new MemoryStream(file), identities);
                reader.CopyTo(released);
                verdict = "success";
            }
            catch (AgeException error)
            {
                verdict = error.Problem switch
                {
                    AgeProblem.NoMatch => "no match",
                    AgeProblem.Authentication => "HMAC failure",
                    AgeProblem.Payload => "payload failure",
                    _ => "header failure",
                };
            }

            Assert.Equal((Path.GetFileName(path), fields.First(static field => field.Name == "expect").Value), (Path.GetFileName(path), verdict));
            // Where the content is damaged the author's program gives out one chunk more: it tries whether it is the last one after it has tried whether it is not.
            foreach (var (_, hash) in fields.Where(field => field.Name == "payload" && verdict == "success"))
                Assert.Equal((Path.GetFileName(path), hash), (Path.GetFileName(path), Convert.ToHexStringLower(SHA256.HashData(released.ToArray()))));
            judged++;
        }

        Assert.True(judged > 50, $"{judged} vectors");
    }

    private static (List<(string Name, string Value)> Fields, byte[] File) Vector(byte[] bytes)
    {
        var fields = new List<(string, string)>();
        for (var at = 0; ;)
        {
            var end = Array.IndexOf(bytes, (byte)'\n', at);
            if (end == at)
            {
                var file = bytes[(end + 1)..];
                if (!fields.Contains(("compressed", "zlib")))
                    return (fields, file);
                using var zlib = new ZLibStream(new MemoryStream(file), CompressionMode.Decompress);
                var plain = new MemoryStream();
                zlib.CopyTo(plain);
                return (fields, plain.ToArray());
            }

            var parts = Encoding.UTF8.GetString(bytes, at, end - at).Split(": ", 2);
            fields.Add((parts[0], parts[1]));
            at = end + 1;
        }
    }

    private static byte[] Encrypt(byte[] plain, params AgeRecipient[] recipients)
    {
        var target = new MemoryStream();
        using var writer = new AgeWriter(target, recipients);
        for (var at = 0; at < plain.Length; at += 40_000)
            writer.Write(plain, at, Math.Min(40_000, plain.Length - at));
        writer.Finish();
        return target.ToArray();
    }

    private static byte[] Decrypt(byte[] file, params AgeIdentity[] identities)
    {
        using var reader = AgeReader.Open(new MemoryStream(file), identities);
        var plain = new MemoryStream();
        reader.CopyTo(plain);
        return plain.ToArray();
    }
}
