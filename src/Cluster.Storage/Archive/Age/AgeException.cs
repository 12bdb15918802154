namespace Cluster.Storage.Archive.Age;

public enum AgeProblem
{
    /// <summary>A text is no key, or no file of keys.</summary>
    Key,

    /// <summary>It is no age file, or its header breaks the format.</summary>
    Header,

    /// <summary>None of the identities is one that it was encrypted to.</summary>
    NoMatch,

    /// <summary>The header was changed after it was written.</summary>
    Authentication,

    /// <summary>The content was changed, reordered, cut short or added to.</summary>
    Payload,
}

/// <summary>An age file cannot be decrypted, or a key cannot be read. Never tells anything of a secret key.</summary>
public sealed class AgeException(AgeProblem problem, string reason) : StorageException($"age: {reason}")
{
    public AgeProblem Problem { get; } = problem;
}
