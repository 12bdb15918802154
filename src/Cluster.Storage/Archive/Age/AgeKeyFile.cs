namespace Cluster.Storage.Archive.Age;

/// <summary>Files of keys as <c>age-keygen</c> writes them: one key per line; blank lines and lines that begin with # do not count.</summary>
public static class AgeKeyFile
{
    /// <summary>At least one identity, or an error that names the line, not its content.</summary>
    public static IReadOnlyList<AgeIdentity> ParseIdentities(string text) => Parse(text, "identity", AgeIdentity.Parse);

    public static IReadOnlyList<AgeRecipient> ParseRecipients(string text) => Parse(text, "recipient", AgeRecipient.Parse);

    private static List<T> Parse<T>(string text, string what, Func<string, T> parse)
    {
        var keys = new List<T>();
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            var key = line.Trim();
            if (key.IsEmpty || key[0] == '#')
                continue;
            try
            {
                keys.Add(parse(key.ToString()));
            }
            catch (AgeException)
            {
                throw new AgeException(AgeProblem.Key, FormattableString.Invariant($"line {number} of a file of keys is no {what}"));
            }
        }

        return keys.Count > 0 ? keys : throw new AgeException(AgeProblem.Key, $"a file of keys holds no {what}");
    }
}
