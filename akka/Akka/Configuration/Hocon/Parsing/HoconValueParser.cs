using System;
using System.Collections.Generic;
using System.Text;

namespace Akka.Configuration.Hocon.Parsing;

/// <summary>
/// Reads one value: the tokens up to the end of the line, a comma, a closing bracket or a comment. Adjacent texts become one
/// text with the blanks between them, adjacent arrays one array; what substitutions stand for is known only at the end.
/// </summary>
internal readonly struct HoconValueParser(
    HoconReader reader, HoconTextParser texts, Func<int, ObjectNode> parseObject, Func<int, ArrayNode> parseArray)
{
    /// <summary>Reads the value; leading blanks have been skipped.</summary>
    public HoconNode Parse(int depth)
    {
        var start = reader.Position;
        var parts = new List<HoconNode>();
        while (!AtEndOfValue())
        {
            parts.Add(ReadPart(depth));
        }

        TrimEnd(parts);
        return parts.Count switch
        {
            0 => throw reader.ErrorAt(start, $"a value is expected, not {reader.Found()}."),
            1 => parts[0] is TextNode { IsNullLiteral: true } ? new TextNode(null, quoted: false) : parts[0],
            _ => Combine(parts, start),
        };
    }

    private bool AtEndOfValue() =>
        reader.AtEnd || HoconSyntax.IsNewline(reader.Current) || reader.Current is ',' or '}' or ']' || reader.AtComment;

    private HoconNode ReadPart(int depth) => reader.Current switch
    {
        '"' => new TextNode(texts.ReadQuotedOrTriple(), quoted: true),
        '{' => parseObject(depth),
        '[' => parseArray(depth),
        '$' => texts.ReadSubstitution(),
        '=' or ':' => throw reader.ConfigurationErrorAt(reader.Position, $"a value that contains '{reader.Current}' must be quoted."),
        var c when HoconSyntax.IsReserved(c) => throw reader.Error($"a value that contains '{c}' must be quoted."),
        _ => new TextNode(texts.ReadUnquoted(), quoted: false),
    };

    /// <summary>Takes away the blanks before the end of the line.</summary>
    private static void TrimEnd(List<HoconNode> parts)
    {
        if (parts.Count > 0 && parts[^1] is TextNode last)
        {
            if (last.IsBlank)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (!last.IsQuoted)
            {
                parts[^1] = new TextNode(last.Text.TrimEnd(), quoted: false);
            }
        }
    }

    private HoconNode Combine(List<HoconNode> parts, int start)
    {
        var (objects, arrays, substitutions, words) = Count(parts);
        if (objects > 0)
        {
            // As in the real parser, a block behind a substitution takes its place.
            return objects == 1 && substitutions == 1 && arrays + words == 0 && parts[^1] is ObjectNode block
                ? block
                : throw reader.ErrorAt(start, "objects cannot be merged by writing them side by side.");
        }

        if (arrays > 0 && words > 0)
        {
            throw reader.ErrorAt(start, "an array and a text cannot stand side by side.");
        }

        return arrays + substitutions > 0 ? new ConcatenationNode(parts, start) : Join(parts);
    }

    private static (int Objects, int Arrays, int Substitutions, int Words) Count(List<HoconNode> parts)
    {
        var (objects, arrays, substitutions, words) = (0, 0, 0, 0);
        foreach (var part in parts)
        {
            objects += part is ObjectNode ? 1 : 0;
            arrays += part is ArrayNode ? 1 : 0;
            substitutions += part is SubstitutionNode ? 1 : 0;
            words += part is TextNode { IsBlank: false } ? 1 : 0;
        }

        return (objects, arrays, substitutions, words);
    }

    private static TextNode Join(List<HoconNode> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(((TextNode)part).Text);
        }

        return new TextNode(text.ToString(), quoted: true);
    }
}
