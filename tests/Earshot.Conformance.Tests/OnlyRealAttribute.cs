using System.Reflection;
using Xunit;
using Xunit.v3;

namespace Earshot.Conformance.Tests;

/// <summary>Why a test is not run on the server inside the process. Every other test runs on both.</summary>
internal enum Because
{
    /// <summary>It needs a configuration file or its reload, a log, or a separate process; or settings that the in-process server does not have.</summary>
    ItNeedsAServerProcess,

    /// <summary>It uses a part of the server that is not there in process, such as traces of messages.</summary>
    ItNeedsWhatOnlyTheRealOneHas,

    /// <summary>It wants the oldest nats-server that is supported.</summary>
    ItNeedsAnOldServer,

    /// <summary>It compares with bytes that were recorded from nats-server.</summary>
    ItLooksAtTheRealBytes,

    /// <summary>Its server is a script, so neither of the two is used.</summary>
    ItAsksNoServer,
}

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

/// <summary>How many tests run on one server only: a third at most, so that the number does not grow unseen.</summary>
public sealed class OnlyRealTests
{
    [Fact]
    public void The_tests_that_run_on_the_real_server_only_are_counted()
    {
        var methods = typeof(OnlyRealTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(method => method.GetCustomAttribute<FactAttribute>() is not null)
            .Select(method => (method.GetCustomAttribute<OnlyRealAttribute>() ?? method.DeclaringType!.GetCustomAttribute<OnlyRealAttribute>())?.Reason)
            .ToList();
        var counts = methods.OfType<Because>().CountBy(reason => reason).ToDictionary();
        TestContext.Current.TestOutputHelper?.WriteLine($"{methods.Count(reason => reason is null)} on both; only on the real one: {string.Join(", ", counts)}");
        int both = methods.Count(reason => reason is null);
        Assert.True(both * 3 >= methods.Count * 2, $"Only {both} of {methods.Count} tests run on both servers.");
    }
}
