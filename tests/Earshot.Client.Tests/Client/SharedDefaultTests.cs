using System.Collections;
using System.Reflection;
using Xunit;

namespace Earshot.Client.Tests.Client;

/// <summary>
/// Binders of configuration set init-only properties of the objects they find, so no two objects of options may share one that can be set.
/// </summary>
public sealed class SharedDefaultTests
{
    private static readonly Type[] s_types =
    [
        .. typeof(NatsOpts).Assembly.GetExportedTypes().Concat(typeof(NatsTestServerOptions).Assembly.GetExportedTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false } && type.GetConstructor([]) is not null)
            .Where(type => type.Name.EndsWith("Opts", StringComparison.Ordinal) || type.Name.EndsWith("Options", StringComparison.Ordinal))
            .Where(type => type != typeof(NatsInstrumentationOptions)), // its one object is that of the process, and tracing reads it
    ];

    public static TheoryData<Type> Types => [.. s_types];

    [Theory]
    [MemberData(nameof(Types))]
    public void New_options_share_nothing_that_can_be_changed(Type type)
    {
        HashSet<object> first = Changeable(Activator.CreateInstance(type)!);
        Assert.NotEmpty(first);
        Assert.Empty(first.Intersect(Changeable(Activator.CreateInstance(type)!), ReferenceEqualityComparer.Instance));
        foreach (PropertyInfo shared in type.GetProperties(BindingFlags.Public | BindingFlags.Static).Where(property => property.PropertyType == type))
        {
            Assert.Empty(Changeable(shared.GetValue(null)!).Intersect(Changeable(shared.GetValue(null)!), ReferenceEqualityComparer.Instance));
        }

        Assert.DoesNotContain(type.GetFields(BindingFlags.Public | BindingFlags.Static), field => field.FieldType == type);
    }

    [Fact]
    public void Options_bound_from_configuration_do_not_change_the_defaults_of_others()
    {
        foreach (NatsOpts bound in new[] { new NatsOpts(), NatsOpts.Default })
        {
            Set(bound.AuthOpts, nameof(NatsAuthOpts.Password), "secret");
            Set(bound.TlsOpts, nameof(NatsTlsOpts.InsecureSkipVerify), true);
            Set(bound.WebSocketOpts, nameof(NatsWebSocketOpts.Path), "/bound");
            Set(bound, nameof(NatsOpts.Name), "bound");
            foreach (NatsOpts other in new[] { new NatsOpts(), NatsOpts.Default })
            {
                Assert.Null(other.AuthOpts.Password);
                Assert.False(other.TlsOpts.InsecureSkipVerify);
                Assert.Equal("/", other.WebSocketOpts.Path);
                Assert.NotEqual("bound", other.Name);
            }
        }

        Assert.True(NatsAuthOpts.Default.IsAnonymous);
        static void Set(object options, string property, object value) => options.GetType().GetProperty(property)!.SetValue(options, value);
    }

    /// <summary>The objects of ours with a property that can be set, and the collections that can be added to, from here on.</summary>
    private static HashSet<object> Changeable(object root)
    {
        var found = new HashSet<object>(ReferenceEqualityComparer.Instance);
        Visit(root, depth: 0);
        return found;

        // Some properties make a new object each time, so there is no end but one of ours.
        void Visit(object? value, int depth)
        {
            if (value is null or string or Delegate || value.GetType().IsValueType || found.Contains(value) || depth > 4)
            {
                return;
            }

            bool isOurs = value.GetType().Namespace?.StartsWith("Earshot", StringComparison.Ordinal) == true;
            if (value is IList { IsFixedSize: false, IsReadOnly: false } or IDictionary { IsReadOnly: false } || (isOurs && Properties(value).Any(property => property.SetMethod is not null)))
            {
                found.Add(value);
            }

            foreach (PropertyInfo property in isOurs ? Properties(value) : [])
            {
                Visit(property.GetValue(value), depth + 1);
            }
        }
    }

    private static IEnumerable<PropertyInfo> Properties(object value) =>
        value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0);
}
