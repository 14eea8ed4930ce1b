using System.Diagnostics;

namespace Earshot.Diagnostics;

/// <summary>The activity source "Earshot". Owns names of activities, never decides when one starts.</summary>
internal static class EarshotActivities
{
    public const string SourceName = "Earshot";
    public const string Outage = "nats outage";
    public const string Attempt = "nats connect";

    public static readonly ActivitySource Source = new(SourceName);
}
