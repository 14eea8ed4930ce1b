using System.Runtime.CompilerServices;

namespace Earshot.Errors;

/// <summary>
/// What members of interfaces throw that the official client's interfaces do not have: fakes that were written for those compile, and never
/// seem to do what they do not.
/// </summary>
internal static class MissingMember
{
    public static NotSupportedException Of(object implementation, [CallerMemberName] string? member = null) =>
        new($"{implementation.GetType()} does not implement {member}.");
}
