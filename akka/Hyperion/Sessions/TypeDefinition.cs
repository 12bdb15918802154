using Hyperion.Codecs;

namespace Hyperion.Sessions;

/// <summary>A type as one message has it: its codec here, and where the sender's fields are; null if they are the same.</summary>
internal sealed record TypeDefinition(ContentCodec Codec, int[] FieldMap);
