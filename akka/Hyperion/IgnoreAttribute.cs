using System;

namespace Hyperion;

/// <summary>The field is not serialized; after reading it has the default of its type.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class IgnoreAttribute : Attribute
{
}
