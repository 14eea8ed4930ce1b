using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Earshot.OpenTelemetry.Tests.Traces;

/// <summary>The activities of messages that are exported from now on. Its end resets the options of the process.</summary>
internal sealed class Spans : IDisposable
{
    private readonly List<Activity> _exported = [];
    private readonly TracerProvider _provider;

    public Spans(Action<NatsInstrumentationOptions>? configure = null, Sampler? sampler = null) => _provider = Sdk.CreateTracerProviderBuilder()
        .AddNatsClientInstrumentation(configure ?? (_ => { })).SetSampler(sampler ?? new AlwaysOnSampler()).AddInMemoryExporter(_exported).Build();

    /// <summary>The activities that have ended, except those of requests to the API of JetStream.</summary>
    public IReadOnlyList<Activity> All
    {
        get
        {
            _provider.ForceFlush();
            return [.. _exported.ToArray().Where(activity => !IsOfApi(activity)).OrderBy(activity => activity.StartTimeUtc)];
        }
    }

    /// <summary>The activities with their parents, their links and the given tags.</summary>
    public IReadOnlyList<string> Show(params string[] tags) => [.. All.Select(activity => Show(activity, tags))];

    public Activity One(string name) => All.Single(activity => activity.DisplayName == name);

    public void Dispose()
    {
        _provider.Dispose();
        NatsInstrumentationOptions options = NatsInstrumentationOptions.Default;
        (options.Filter, options.Enrich, options.SpanDestinationNameFormatter) = (null, null, null);
    }

    private static bool IsOfApi(Activity activity) => ((string?)activity.GetTagItem("messaging.destination.name"))?.StartsWith("$JS.API.", StringComparison.Ordinal) == true;

    private string Show(Activity activity, string[] tags)
    {
        string parent = Name(activity.ParentSpanId) is { } name ? $" < {name}" : "";
        string links = activity.Links.Any() ? $" ~ {string.Join(", ", activity.Links.Select(link => Name(link.Context.SpanId)))}" : "";
        return $"{activity.DisplayName} {activity.Kind}{parent}{links}{string.Concat(tags.Select(tag => $" {activity.GetTagItem(tag) ?? "-"}"))}";
    }

    private string? Name(ActivitySpanId id) => _exported.ToArray().FirstOrDefault(activity => activity.SpanId == id)?.DisplayName;
}
