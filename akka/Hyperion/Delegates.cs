using System.IO;

namespace Hyperion;

/// <summary>Reads the content of an object whose type is known.</summary>
public delegate object ObjectReader(Stream stream, DeserializerSession session);

/// <summary>Writes the content of an object.</summary>
public delegate void ObjectWriter(Stream stream, object obj, SerializerSession session);
