namespace Earshot.Serialization;

/// <summary>The forms of payload that the hot path recognises without asking a serializer.</summary>
internal enum PayloadFormKind
{
    Serializer = 0,
    ByteArray,
    Memory,
    ReadOnlyMemory,
    Sequence,
    MemoryOwner,
    AnyMemoryOwner,
    String,
}
