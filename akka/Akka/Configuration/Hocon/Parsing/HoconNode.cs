using System.Collections.Generic;

namespace Akka.Configuration.Hocon.Parsing;

/// <summary>A value as written, before substitutions are resolved.</summary>
internal abstract class HoconNode
{
    /// <summary>The resolved value, once there is one.</summary>
    public HoconValue Resolved { get; set; }

    /// <summary>True while it is being resolved: meeting such a node again is a cycle.</summary>
    public bool Resolving { get; set; }
}

/// <summary>A text, or (Text == null) the literal null.</summary>
internal sealed class TextNode(string text, bool quoted) : HoconNode
{
    public string Text { get; } = text;

    public bool IsQuoted { get; } = quoted;

    /// <summary>True for the unquoted space between two tokens.</summary>
    public bool IsBlank => !IsQuoted && string.IsNullOrWhiteSpace(Text);

    public bool IsNullLiteral => !IsQuoted && Text == "null";
}

internal sealed class ArrayNode(List<HoconNode> elements) : HoconNode
{
    public List<HoconNode> Elements { get; } = elements;
}

internal sealed class ObjectNode : HoconNode
{
    public Dictionary<string, HoconNode> Items { get; } = [];

    /// <summary>The object under a key. Whatever else stands there is replaced, a substitution included: it is never merged with.</summary>
    public ObjectNode Open(string key)
    {
        if (Items.GetValueOrDefault(key) is ObjectNode existing)
        {
            return existing;
        }

        var created = new ObjectNode();
        Items[key] = created;
        return created;
    }

    /// <summary>Objects merge; otherwise the last value wins.</summary>
    public void Put(string key, HoconNode value)
    {
        if (value is not ObjectNode added)
        {
            Items[key] = value;
            return;
        }

        // Iterative only in name: the depth is bounded by DepthMax.
        if (Items.GetValueOrDefault(key) is ObjectNode existing)
        {
            foreach (var (name, child) in added.Items)
            {
                existing.Put(name, child);
            }
        }
        else
        {
            Items[key] = added;
        }
    }
}

/// <summary>A value that is resolved already: the content of an include.</summary>
internal sealed class IncludedNode : HoconNode
{
    public IncludedNode(HoconValue value)
    {
        Resolved = value;
    }
}

/// <summary><c>${path}</c>.</summary>
internal sealed class SubstitutionNode(string path, int position) : HoconNode
{
    public string Path { get; } = path;

    public int Position { get; } = position;
}

/// <summary>Adjacent tokens: texts, arrays and substitutions, at least one of them no text. Blanks between them are parts.</summary>
internal sealed class ConcatenationNode(List<HoconNode> parts, int position) : HoconNode
{
    public List<HoconNode> Parts { get; } = parts;

    public int Position { get; } = position;
}
