using System;
using System.Collections.Generic;
using System.Text;

namespace Akka.Configuration.Hocon.Parsing;

/// <summary>
/// Turns nodes into values and substitutions into what they stand for in the same document. A node is resolved once
/// and shared by all that refer to it; the recursion, chains of substitutions included, is bounded.
/// </summary>
internal sealed class HoconResolver
{
    // Each substitution on the way may add a level of its own to the levels of nesting.
    private const int RecursionMax = 2 * HoconSyntax.DepthMax;

    private readonly ObjectNode _root;
    private readonly HoconReader _reader;
    private int _position;
    private int _recursion;

    private HoconResolver(ObjectNode root, HoconReader reader)
    {
        _root = root;
        _reader = reader;
    }

    public static HoconValue Resolve(ObjectNode root, HoconReader reader) => new HoconResolver(root, reader).Resolve(root);

    private HoconValue Resolve(HoconNode node)
    {
        if (node.Resolved != null)
        {
            return node.Resolved;
        }

        if (node.Resolving)
        {
            throw Error("the substitution refers to itself.");
        }

        if (++_recursion > RecursionMax)
        {
            throw Error("substitutions are nested too deeply.");
        }

        node.Resolving = true;
        var value = Create(node);
        Check(value);
        node.Resolved = value;
        node.Resolving = false;
        _recursion--;
        return value;
    }

    private HoconValue Create(HoconNode node) => node switch
    {
        TextNode text => text.Text == null ? HoconValue.Null : new HoconValue(text.Text),
        ObjectNode table => CreateObject(table),
        ArrayNode array => CreateArray(array),
        SubstitutionNode substitution => Substitute(substitution),
        ConcatenationNode concatenation => Concatenate(concatenation),
        _ => throw new InvalidOperationException($"Unknown node {node.GetType().Name}."),
    };

    private HoconValue CreateObject(ObjectNode node)
    {
        var items = new Dictionary<string, HoconValue>(node.Items.Count);
        foreach (var (key, child) in node.Items)
        {
            items[key] = Resolve(child);
        }

        return new HoconValue(new HoconObject(items));
    }

    private HoconValue CreateArray(ArrayNode node)
    {
        var elements = new HoconValue[node.Elements.Count];
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = Resolve(node.Elements[i]);
        }

        return new HoconValue(elements);
    }

    private HoconValue Substitute(SubstitutionNode node)
    {
        var outer = _position;
        _position = node.Position;
        HoconNode current = _root;
        var path = SplitPath(node);
        for (var i = 0; i < path.Count; i++)
        {
            // Nodes are walked unresolved, so that two keys of one object may refer to each other's siblings.
            if (current is not ObjectNode table)
            {
                return Walk(Resolve(current), path, i, node, outer);
            }

            current = table.Items.GetValueOrDefault(path[i]) ?? throw Unresolved(node);
        }

        var value = Resolve(current);
        _position = outer;
        return value;
    }

    private HoconValue Walk(HoconValue value, List<string> path, int from, SubstitutionNode node, int outer)
    {
        for (var i = from; i < path.Count; i++)
        {
            value = value.GetChildObject(path[i]) ?? throw Unresolved(node);
        }

        _position = outer;
        return value;
    }

    private List<string> SplitPath(SubstitutionNode node)
    {
        try
        {
            return ConfigPath.Split(node.Path);
        }
        catch (FormatException e)
        {
            throw Error(e.Message);
        }
    }

    private HoconValue Concatenate(ConcatenationNode node)
    {
        _position = node.Position;
        var values = new List<HoconValue>(node.Parts.Count);
        var arrays = 0;
        foreach (var part in node.Parts)
        {
            var value = Resolve(part);
            values.Add(value);
            arrays += value.IsArray() ? 1 : 0;
            if (value.IsObject())
            {
                throw ErrorAt(node.Position, "objects cannot be merged by writing them side by side.");
            }
        }

        return arrays > 0 ? JoinArrays(node, values) : JoinTexts(node, values);
    }

    private HoconValue JoinArrays(ConcatenationNode node, List<HoconValue> values)
    {
        var elements = new List<HoconValue>();
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i].IsArray())
            {
                elements.AddRange(values[i].Elements);
                CheckWeight(elements.Count);
            }
            else if (node.Parts[i] is not TextNode { IsBlank: true })
            {
                throw ErrorAt(node.Position, "an array and a text cannot stand side by side.");
            }
        }

        return new HoconValue(elements.ToArray());
    }

    private HoconValue JoinTexts(ConcatenationNode node, List<HoconValue> values)
    {
        var text = new StringBuilder();
        foreach (var value in values)
        {
            text.Append(value.GetString());
            if (text.Length > HoconSyntax.TextLengthMax)
            {
                throw ErrorAt(node.Position, $"the text becomes longer than {HoconSyntax.TextLengthMax} characters.");
            }
        }

        return new HoconValue(text.ToString());
    }

    private void Check(HoconValue value)
    {
        CheckWeight(value.Weight);
        if (value.Depth > HoconSyntax.DepthMax + 1)
        {
            throw Error($"with its substitutions the document is nested more than {HoconSyntax.DepthMax} levels deep.");
        }
    }

    private void CheckWeight(long weight)
    {
        if (weight > HoconSyntax.WeightMax)
        {
            throw Error($"with its substitutions the document has more than {HoconSyntax.WeightMax} values.");
        }
    }

    private FormatException Unresolved(SubstitutionNode node) =>
        ErrorAt(node.Position, $"the substitution ${{{node.Path}}} finds nothing in this document.");

    private FormatException Error(string problem) => ErrorAt(_position, problem);

    private FormatException ErrorAt(int position, string problem) => _reader.ErrorAt(position, problem);
}
