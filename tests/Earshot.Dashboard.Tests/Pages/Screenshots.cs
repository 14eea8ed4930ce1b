using Earshot.Dashboard.Tests.Kit;
using Earshot.Testing;

namespace Earshot.Dashboard.Tests.Pages;

/// <summary>Pictures of pages for a person, where the variable DASHBOARD_SCREENSHOTS names a folder.</summary>
internal static class Screenshots
{
    public static async Task SaveAsync(BrowserPage page, int width, string name)
    {
        if (Environment.GetEnvironmentVariable("DASHBOARD_SCREENSHOTS") is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllBytesAsync(Path.Combine(folder, name + ".png"), await page.CaptureAsync(width, DashboardApp.Cancel), DashboardApp.Cancel);
        }
    }
}
