using System.Diagnostics;
using Earshot.Protocol;

namespace Earshot.Diagnostics;

/// <summary>
/// The activity source "Earshot". Owns names of activities, never decides when one starts. Starting and ending call the listeners of the
/// application: what they throw is ignored, because it must cost neither a message nor a session nor an outcome.
/// </summary>
[ForExtensions]
internal static class EarshotActivities
{
    public const string SourceName = "Earshot";
    public const string Outage = "nats outage";
    public const string Attempt = "nats connect";

    private static readonly ActivitySource s_source = new(SourceName);

    /// <summary>Something in the process listens to activities.</summary>
    public static bool HasListeners => s_source.HasListeners();

    /// <summary>Starts an activity, which is then the current one. Null: nothing listens to it, or a listener threw.</summary>
    public static Activity? Start(string name, ActivityKind kind, ActivityContext parent = default, IEnumerable<ActivityLink>? links = null, DateTimeOffset startTime = default)
    {
        Activity? current = Activity.Current;
        try
        {
            return s_source.StartActivity(name, kind, parent, tags: null, links, startTime);
        }
        catch (Exception)
        {
            Activity.Current = current;
            return null;
        }
    }

    /// <summary>Ends an activity.</summary>
    /// <param name="activity">The activity; null: nothing happens.</param>
    public static void End(Activity? activity)
    {
        if (activity is null)
        {
            return;
        }

        bool isCurrent = ReferenceEquals(Activity.Current, activity);
        try
        {
            activity.Dispose();
        }
        catch (Exception)
        {
            if (isCurrent && ReferenceEquals(Activity.Current, activity))
            {
                Activity.Current = activity.Parent;
            }
        }
    }
}
