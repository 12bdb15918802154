namespace Cluster.Actors.Wire;

/// <summary>
/// What the serializer below sees of a record: the names of its fields and their values. A value is null, a boolean, a
/// number (<see cref="long"/>), a text, a <see cref="Guid"/>, again such fields, or an array of Guids or of values. So what an older or
/// newer version of a record lacks or adds is seen here, and nothing else can be in a message.
/// </summary>
public sealed class ControlFields(string[] names, object?[] values)
{
    public string[] Names { get; } = names;

    public object?[] Values { get; } = values;
}
