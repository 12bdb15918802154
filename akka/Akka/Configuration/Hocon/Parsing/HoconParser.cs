using System;
using System.Collections.Generic;

namespace Akka.Configuration.Hocon.Parsing;

/// <summary>
/// Recursive descent over the dialect of Akka.NET 1.5. Where the real parser misreads its input without a word
/// (<c>${?x}</c>, <c>+=</c>, missing braces, empty values, leading commas, …) this one throws.
/// Recursion is bounded by HoconSyntax.DepthMax.
/// </summary>
internal sealed class HoconParser
{
    private readonly HoconReader _reader;
    private readonly HoconTextParser _texts;
    private readonly Func<string, HoconRoot> _include;

    private HoconParser(HoconReader reader, Func<string, HoconRoot> include)
    {
        _reader = reader;
        _texts = new HoconTextParser(reader);
        _include = include;
    }

    public static HoconValue Parse(string text, Func<string, HoconRoot> include)
    {
        var reader = new HoconReader(text);
        var root = new HoconParser(reader, include).ParseDocument();
        return HoconResolver.Resolve(root, reader);
    }

    private ObjectNode ParseDocument()
    {
        var root = new ObjectNode();
        _reader.SkipSpace();
        if (_reader.Current == '{')
        {
            ParseBraces(root, depth: 1);
            _reader.SkipSpace();
        }
        else
        {
            ParseEntries(root, depth: 1);
        }

        return _reader.AtEnd
            ? root
            : throw _reader.Error(_reader.Current == '}' ? "this '}' closes nothing." : $"unexpected {_reader.Found()} after the document.");
    }

    private void ParseBraces(ObjectNode target, int depth)
    {
        var start = _reader.Position;
        _reader.Advance();
        ParseEntries(target, depth);
        if (_reader.Current != '}')
        {
            throw _reader.ErrorAt(start, "this '{' is never closed.");
        }

        _reader.Advance();
    }

    /// <summary>Reads entries up to a closing brace or the end.</summary>
    private void ParseEntries(ObjectNode target, int depth)
    {
        CheckDepth(depth);
        _reader.SkipSpace();
        while (!_reader.AtEnd && _reader.Current != '}')
        {
            if (_texts.TryReadInclude(out var name, out var position))
            {
                Include(target, name, position);
            }
            else
            {
                ParseEntry(target, depth);
            }

            _reader.SkipSpace();
        }
    }

    private void ParseEntry(ObjectNode target, int depth)
    {
        var key = _texts.ReadKeyElement();
        while (_reader.Current == '.')
        {
            _reader.Advance();
            CheckDepth(++depth);
            target = target.Open(key);
            key = _texts.ReadKeyElement();
        }

        var keyEnd = _reader.Position;
        _reader.SkipSpace();
        switch (_reader.Current)
        {
            case '{':
                ParseBraces(target.Open(key), depth + 1);
                EndOfBlock();
                break;
            case '=' or ':':
                _reader.Advance();
                target.Put(key, ParseValue(depth));
                EndOfEntry();
                break;
            default:
                throw _reader.ErrorAt(keyEnd, $"after the key '{key}' there must be '=', ':' or '{{', not {_reader.Found()}.");
        }
    }

    private void EndOfBlock()
    {
        _reader.SkipBlanks();
        if (_reader.Current == ',')
        {
            throw _reader.Error("no comma may follow a 'key { … }' without '='.");
        }
    }

    /// <summary>A value ends with its line, a comma, a brace or a comment.</summary>
    private void EndOfEntry()
    {
        _reader.SkipBlanks();
        if (_reader.Current == ',')
        {
            _reader.Advance();
            _reader.SkipSpace();
            if (_reader.Current == ',')
            {
                throw _reader.Error("two commas without an entry between them.");
            }
        }
    }

    private HoconNode ParseValue(int depth)
    {
        var start = _reader.Position;
        _reader.SkipBlanks();
        if (_reader.AtEnd || HoconSyntax.IsNewline(_reader.Current) || _reader.AtComment)
        {
            // Only what cannot be taken for the next entry's key may stand on the next line.
            _reader.SkipSpace();
            if (_reader.Current is not ('{' or '['))
            {
                throw _reader.ErrorAt(start, "the value is missing; write \"\" for an empty text.");
            }
        }

        return new HoconValueParser(_reader, _texts, ParseNestedObject, ParseNestedArray).Parse(depth);
    }

    private ObjectNode ParseNestedObject(int depth)
    {
        var node = new ObjectNode();
        ParseBraces(node, depth + 1);
        return node;
    }

    private ArrayNode ParseNestedArray(int depth)
    {
        CheckDepth(depth + 1);
        var start = _reader.Position;
        var elements = new List<HoconNode>();
        _reader.Advance();
        _reader.SkipSpace();
        while (_reader.Current != ']')
        {
            if (_reader.AtEnd)
            {
                throw _reader.ErrorAt(start, "this '[' is never closed.");
            }

            if (_reader.Current == ',')
            {
                throw _reader.Error("an element is missing before this comma; a comma stands on the line of the element before it.");
            }

            elements.Add(ParseValue(depth + 1));
            EndOfElement();
        }

        _reader.Advance();
        return new ArrayNode(elements);
    }

    private void EndOfElement()
    {
        _reader.SkipBlanks();
        var comma = _reader.Current == ',';
        if (comma)
        {
            _reader.Advance();
        }

        if (!_reader.SkipSpace() && !comma && _reader.Current != ']' && !_reader.AtEnd)
        {
            throw _reader.Error($"array elements are separated by commas or newlines, not by {_reader.Found()}.");
        }
    }

    private void Include(ObjectNode target, string name, int position)
    {
        if (_include == null)
        {
            throw _reader.ConfigurationErrorAt(position, $"include \"{name}\": this document may not include others (no include callback was given).");
        }

        var included = _include(name)?.Value?.Object
            ?? throw _reader.ConfigurationErrorAt(position, $"include \"{name}\": the include callback gave no object.");
        HoconInclude.Put(target, included);
        EndOfBlock();
    }

    private void CheckDepth(int depth)
    {
        if (depth > HoconSyntax.DepthMax)
        {
            throw _reader.Error($"nested more than {HoconSyntax.DepthMax} levels deep.");
        }
    }
}
