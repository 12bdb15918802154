using System;
using System.Collections.Generic;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>Walks a path such as <c>a."b.c".d</c> through a tree. Dots separate, quotes group.</summary>
internal static class ConfigPath
{
    /// <summary>The value at the path, or null.</summary>
    public static HoconValue Find(HoconValue root, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var current = root;
        var position = 0;
        while (current != null && position <= path.Length)
        {
            current = current.Object?.GetKey(NextElement(path, ref position));
        }

        return current;
    }

    public static List<string> Split(string path)
    {
        var elements = new List<string>();
        var position = 0;
        while (position <= path.Length)
        {
            elements.Add(NextElement(path, ref position));
        }

        return elements;
    }

    /// <summary>Reads one element and moves behind its dot; behind the last one, to beyond the end.</summary>
    private static string NextElement(string path, ref int position)
    {
        if (position < path.Length && path[position] == '"')
        {
            var end = path.IndexOf('"', position + 1);
            if (end < 0 || (end + 1 < path.Length && path[end + 1] != '.'))
            {
                throw new FormatException($"The configuration path '{path}' has an unbalanced quote.");
            }

            var quoted = path.Substring(position + 1, end - position - 1);
            position = end + 2;
            return quoted;
        }

        var dot = path.IndexOf('.', position);
        var stop = dot < 0 ? path.Length : dot;
        var element = path.Substring(position, stop - position);
        position = stop + 1;
        return element;
    }
}
