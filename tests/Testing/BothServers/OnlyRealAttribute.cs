using Xunit.v3;

namespace Earshot.Testing;

/// <summary>
/// Keeps a class or a test out of the run on the server inside the process, which ./test does with
/// EARSHOT_TEST_SERVER=in-process and without the trait that this attribute gives.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class OnlyRealAttribute(Because reason) : Attribute, ITraitAttribute
{
    public Because Reason => reason;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Server", "OnlyReal")];
}
