using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Earshot.Testing;

/// <summary>One row of a theory that runs on the oldest nats-server, and so is no part of the run on the server inside the process.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OldServerDataAttribute(params object[] data) : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        ITheoryDataRow row = new TheoryDataRow(data).WithTrait("Server", "OnlyReal");
        return ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>([row]);
    }

    public override bool SupportsDiscoveryEnumeration() => true;
}
