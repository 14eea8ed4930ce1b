using System.Reflection;
using Xunit;

namespace Earshot.Testing;

/// <summary>Which tests of this assembly run on which server.</summary>
public sealed class BothServersTests
{
    private static readonly List<Type> s_classes = [.. typeof(BothServersTests).Assembly.GetTypes().Where(type => Tests(type).Any())];

    [Fact]
    public void Every_class_that_shares_a_server_states_on_which_one_it_runs()
    {
        IEnumerable<string> silent = s_classes
            .Where(type => type.GetConstructors().Any(constructor => constructor.GetParameters().Length > 0))
            .Where(type => type.GetCustomAttribute<BothServersAttribute>() is null && type.GetCustomAttribute<OnlyRealAttribute>() is null)
            .Select(type => type.FullName!);
        Assert.Empty(silent);
    }

    [Fact]
    public void The_tests_that_run_on_the_real_server_only_are_counted()
    {
        var all = s_classes
            .Where(type => type.GetCustomAttribute<BothServersAttribute>() is not null || type.GetCustomAttribute<OnlyRealAttribute>() is { Reason: not Because.ItAsksNoServer })
            .SelectMany(Tests)
            .Select(method => (method.GetCustomAttribute<OnlyRealAttribute>() ?? method.DeclaringType!.GetCustomAttribute<OnlyRealAttribute>())?.Reason)
            .ToList();
        int both = all.Count(reason => reason is null);
        TestContext.Current.TestOutputHelper?.WriteLine($"{both} on both; only on the real one: {string.Join(", ", all.OfType<Because>().CountBy(reason => reason))}");
        Assert.True(both * 2 >= all.Count, $"Only {both} of {all.Count} tests run on both servers.");
    }

    private static IEnumerable<MethodInfo> Tests(Type type) => type
        .GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
        .Where(method => method.GetCustomAttribute<FactAttribute>() is not null);
}
