using System.Reflection;
using Earshot.Hosting.Configuration;
using Xunit;

namespace Earshot.Hosting.Tests.Configuration;

/// <summary>Holds the list of bindable options to the options: one that is added must be bindable or listed as not.</summary>
public sealed class OptionTableTests
{
    private static readonly string[] s_groups = [nameof(NatsOpts.AuthOpts), nameof(NatsOpts.TlsOpts), nameof(NatsOpts.WebSocketOpts)];

    // Read by SectionReader, because they can be lists.
    private static readonly string[] s_lists = [nameof(NatsOpts.Url), "WebSocketOpts:RequestHeaders"];

    [Fact]
    public void Every_option_is_bindable_or_listed_as_not()
    {
        IEnumerable<string> options = Settable(typeof(NatsOpts)).Where(property => !s_groups.Contains(property.Name)).Select(property => property.Name)
            .Concat(s_groups.SelectMany(group => Settable(typeof(NatsOpts).GetProperty(group)!.PropertyType).Select(property => $"{group}:{property.Name}")));
        Assert.Equal(
            options.Order(StringComparer.Ordinal),
            OptionTable.All.Select(option => option.Path).Concat(OptionTable.InCodeOnly).Concat(s_lists).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_bindable_option_sets_its_own_property_and_no_other()
    {
        foreach (BindableOption option in OptionTable.All)
        {
            PropertyInfo property = Find(option.Path, out PropertyInfo? group);
            (string text, object? value) = Sample(property, group);
            NatsOpts bound = option.Set(new NatsOpts(), text);
            Assert.Equal(value, property.GetValue(group is null ? bound : group.GetValue(bound)));
            Assert.Equal(1, Settable(typeof(NatsOpts)).Count(other => !Same(other.GetValue(bound), other.GetValue(new NatsOpts()))));
        }
    }

    private static bool Same(object? one, object? other) => Equals(one, other) || (one is System.Collections.ICollection { Count: 0 } && other is System.Collections.ICollection { Count: 0 }) || one is NatsEventCallbacks;

    private static IEnumerable<PropertyInfo> Settable(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod?.IsPublic == true);

    private static PropertyInfo Find(string path, out PropertyInfo? group)
    {
        string[] parts = path.Split(':');
        group = parts.Length == 1 ? null : typeof(NatsOpts).GetProperty(parts[0]);
        return (group?.PropertyType ?? typeof(NatsOpts)).GetProperty(parts[^1])!;
    }

    private static (string Text, object? Value) Sample(PropertyInfo property, PropertyInfo? group)
    {
        object? before = property.GetValue(group is null ? new NatsOpts() : group.GetValue(new NatsOpts()));
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type switch
        {
            _ when type == typeof(string) => ("some text", "some text"),
            _ when type == typeof(bool) => ((!(bool)before!).ToString(), !(bool)before!),
            _ when type == typeof(int) => ("77", 77),
            _ when type == typeof(long) => ("78", 78L),
            _ when type == typeof(TimeSpan) => ("00:01:17.5", TimeSpan.FromSeconds(77.5)),
            _ when type == typeof(Uri) => ("socks5://proxy:1080", new Uri("socks5://proxy:1080")),
            _ when type.IsEnum => Enum.GetValues(type).Cast<object>().Where(value => !value.Equals(before)).Select(value => (value.ToString()!, value)).First(),
            _ => throw new InvalidOperationException($"no sample for {type}"),
        };
    }
}
