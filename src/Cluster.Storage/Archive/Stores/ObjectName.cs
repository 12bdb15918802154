namespace Cluster.Storage.Archive.Stores;

/// <summary>
/// Names of objects: parts of letters, digits and <c>. _ - = + @</c>, joined by slashes. No part begins with a dot: so no name leads out of a folder, and what
/// a store keeps for itself is no object. Two names never differ only by case in what we write, for some file systems cannot tell them apart.
/// </summary>
public static class ObjectName
{
    public const int CharsMax = 900;

    /// <summary>What file systems allow, less what a temporary name adds.</summary>
    public const int PartCharsMax = 200;

    public static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > CharsMax)
            return false;
        foreach (var range in name.Split('/'))
        {
            var part = name[range];
            if (part.Length is 0 or > PartCharsMax || part[0] == '.')
                return false;
            foreach (var letter in part)
            {
                if (!char.IsAsciiLetterOrDigit(letter) && !"._-=+@".Contains(letter, StringComparison.Ordinal))
                    return false;
            }
        }

        return true;
    }

    /// <summary>Throws <see cref="ObjectStoreException"/> (Invalid).</summary>
    public static void Check(string operation, string name)
    {
        if (!IsValid(name))
            throw new ObjectStoreException(ObjectStoreProblem.Invalid, operation, $"'{name}'", "this is no name of an object");
    }

    /// <summary>A prefix may end anywhere within a name; empty is all.</summary>
    internal static void CheckPrefix(string prefix)
    {
        if (prefix.Length > 0 && !IsValid(prefix.EndsWith('/') ? prefix.AsSpan(0, prefix.Length - 1) : prefix))
            throw new ObjectStoreException(ObjectStoreProblem.Invalid, "list", $"'{prefix}'", "this is no prefix of an object's name");
    }
}
