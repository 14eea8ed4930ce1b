using Xunit.v3;

namespace Earshot.Testing;

/// <summary>
/// The tests of the class use a server and run on both: ./test runs the assembly a second time with EARSHOT_TEST_SERVER=in-process and the trait
/// that this attribute gives. The other classes use none, so that a second run would prove nothing.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class BothServersAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Server", "Both")];
}
