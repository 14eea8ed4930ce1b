namespace Earshot.Protocol;

/// <summary>
/// Marks the internal types and members that an extension (Earshot.JetStream, for example) may name, although it sees all internals.
/// On a type it includes the type's public and protected members; on a member it includes the name of its type, and nothing else
/// of it. A test of the repository holds the extensions to it.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface | AttributeTargets.Enum | AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Constructor)]
[ForExtensions]
internal sealed class ForExtensionsAttribute : Attribute;
