using System.Globalization;
using System.Reflection;
using Earshot;
using Earshot.Fleet;
using Earshot.Hosting;
using Earshot.JetStream;
using Earshot.JetStream.ConsumerGroups;
using Earshot.KeyValueStore;
using Earshot.ObjectStore;
using Earshot.Services;

namespace Repository.Tests.Docs;

/// <summary>Values of the code by the name a page gives them: the default of an option, or a constant of any class.</summary>
internal static class CodeValues
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;

    private static readonly Type[] s_options =
    [
        typeof(NatsOpts), typeof(NatsSubOpts), typeof(NatsPubOpts), typeof(NatsAuthOpts), typeof(NatsTlsOpts), typeof(NatsWebSocketOpts),
        typeof(NatsTestServerOptions), typeof(NatsJSPubOpts), typeof(NatsJSPublisherOpts), typeof(NatsJSConsumeOpts), typeof(NatsJSFetchOpts),
        typeof(NatsJSBatchFlowControl), typeof(NatsJSBatchMsgOpts), typeof(NatsJSFastPublisherOpts), typeof(NatsMsgScheduleOpts),
        typeof(NatsJSPushConsumerOpts),
        typeof(NatsJSRunOpts), typeof(NatsKVOpts), typeof(NatsKVWatchOpts), typeof(NatsObjPutOpts), typeof(NatsObjGetOpts), typeof(NatsSvcDiscoveryOpts),
        typeof(NatsHealthCheckOptions), typeof(NatsSubscriberOptions), typeof(NatsJournalShippingOptions), typeof(FleetStreamOptions), typeof(FleetCollectorOptions),
    ];

    private static readonly Type[] s_types =
        [.. s_options.Append(typeof(NatsHeaders)).Append(typeof(NatsPcgException)).Select(type => type.Assembly).Distinct().SelectMany(assembly => assembly.GetTypes())];

    /// <summary>Whether the name without a type is one of an option.</summary>
    internal static bool IsOption(string name) => s_options.Any(type => type.GetProperty(name) is not null);

    /// <summary>The ways to write the value of <c>Type.Member</c> (and members of it), or of an option by its name alone; empty when there is none.</summary>
    internal static IReadOnlyList<string> Of(string name)
    {
        string[] parts = name.Split('.');
        IEnumerable<Type> types = parts.Length == 1 ? s_options : s_types.Where(type => type.Name == parts[0]);
        IEnumerable<string> members = parts.Length == 1 ? parts : parts[1..];
        return [.. types.Select(type => members.Aggregate((object?)type, Value)).Where(value => value is not null).SelectMany(value => Ways(value!))];
    }

    // Of a type a static member, or one of an object with all defaults.
    private static object? Value(object? owner, string member)
    {
        if (owner is null)
        {
            return null;
        }

        Type type = owner as Type ?? owner.GetType();
        return type.GetProperty(member, Any) is { } property
            ? property.GetValue(property.GetMethod!.IsStatic ? null : owner is Type ? WithDefaults(type) : owner)
            : type.GetField(member, Any) is { IsStatic: true } field ? field.GetValue(null) : null;
    }

    private static object? WithDefaults(Type type) =>
        type == typeof(NatsSvcConfig) ? new NatsSvcConfig("any", "1.0.0") : Activator.CreateInstance(type);

    private static IEnumerable<string> Ways(object value)
    {
        if (value is TimeSpan time)
        {
            yield return Number($"{time.TotalMilliseconds} ms");
            yield return Number($"{time.TotalSeconds} s");
            yield return Number($"{time.TotalMinutes} min");
        }
        else if (value is int or long)
        {
            long number = Convert.ToInt64(value, CultureInfo.InvariantCulture);
            yield return Number($"{number}");
            yield return Number($"{number:N0}");
            yield return Number($"{number} s");
            yield return Number($"{number:N0} bytes");
            yield return Number($"{number / 1024.0} KiB");
            yield return Number($"{number / (1024.0 * 1024)} MiB");
        }
        else
        {
            yield return Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        }
    }

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
