using Earshot.Cli;
using Earshot.Cli.Shell;

return await EarshotTool.RunAsync(args, ToolHost.OfProcess()).ConfigureAwait(false);
