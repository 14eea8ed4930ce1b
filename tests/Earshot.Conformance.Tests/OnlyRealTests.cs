using System.Reflection;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests;

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
