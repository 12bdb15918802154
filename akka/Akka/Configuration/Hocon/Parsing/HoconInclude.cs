namespace Akka.Configuration.Hocon.Parsing;

/// <summary>Puts the content of another document where its include stands.</summary>
internal static class HoconInclude
{
    /// <summary>Objects become nodes again, so that later entries of this document merge with them.</summary>
    public static void Put(ObjectNode target, HoconObject included)
    {
        foreach (var (key, value) in included.Pairs)
        {
            if (value.Object != null)
            {
                Put(target.Open(key), value.Object);
            }
            else
            {
                target.Put(key, new IncludedNode(value));
            }
        }
    }
}
