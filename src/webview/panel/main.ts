import { render } from 'lit';
import { panelMessage, panelPageState } from '../../border/panel-messages.js';
import type {
  LiveSample,
  PanelAction,
  PanelMessage,
  PanelPageState,
  TaskState,
} from '../../contract/index.js';
import { Announcer } from '../shared/announcer.js';
import { openChannel } from '../shared/channel.js';
import { FrameScheduler } from '../shared/frames.js';
import { t } from '../shared/l10n.js';
import { LiveSection } from './live/live-section.js';
import { freshPage, type Actions, type Page } from './page.js';
import { keepPlace } from './kept-place.js';
import './styles/panel.css';
import { pageView } from './view.js';

/** How long a notice stands, milliseconds. */
const noticeMs = 6000;

const channel = openChannel<PanelMessage, PanelAction, PanelPageState>({
  incoming: panelMessage,
  state: panelPageState,
});
const announcer = new Announcer();
const live = new LiveSection();
const root = document.getElementById('root') ?? document.body;
let settled = false;
let noticeTimer: ReturnType<typeof setTimeout> | undefined;
let page: Page = { ...freshPage, kept: channel.restore() ?? freshPage.kept };

const frames = new FrameScheduler(() => {
  render(pageView(page, live.element, live.last?.quality, actions), root);
  if (page.state !== null && !settled) settleIn();
});

/** The first picture with something on it stands where the last one stood. */
function settleIn(): void {
  settled = true;
  keepPlace(root, page.kept, (place) => keep({ ...page.kept, ...place }));
}

function keep(kept: PanelPageState): void {
  page = { ...page, kept };
  channel.save(kept);
  frames.request();
}

const actions: Actions = {
  post: (action) => channel.post(action),
  showMetric: (metric) => keep({ ...page.kept, metric }),
  setCompared: (side, setting) =>
    keep(side === 'left' ? { ...page.kept, left: setting } : { ...page.kept, right: setting }),
};

const ended = (before: TaskState | undefined, after: TaskState) =>
  before?.kind === 'running' && after.kind !== 'running';

function receive(message: PanelMessage): void {
  switch (message.type) {
    case 'state': {
      const before = page.state?.tasks;
      const engineBefore = page.state?.engine.kind;
      const { tasks } = message.state;
      page = { ...page, state: message.state };
      if (message.state.engine.kind === 'loading' && engineBefore !== 'loading')
        announcer.announce(t('Loading the model'));
      if (ended(before?.measure, tasks.measure)) announcer.announce(t('The measurement has ended.'));
      if (ended(before?.calibrate, tasks.calibrate)) announcer.announce(t('The calibration has ended.'));
      if (ended(before?.compare, tasks.compare)) announcer.announce(t('The comparison has ended.'));
      return frames.request();
    }
    case 'history':
      live.show(message.samples);
      return frames.request();
    case 'live':
      return addLive(message.sample);
    case 'notice':
      return say(message.text);
  }
}

function say(notice: string): void {
  announcer.announce(notice);
  show(notice);
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => show(''), noticeMs);
}

function show(notice: string): void {
  page = { ...page, notice };
  frames.request();
}

function addLive(sample: LiveSample): void {
  const before = live.last?.quality;
  live.add(sample);
  if (sample.quality !== undefined || before !== undefined) frames.request();
}

document.body.append(announcer.element);
new ResizeObserver(() => {
  const width = document.documentElement.clientWidth;
  if (width === page.width || width === 0) return;
  page = { ...page, width };
  frames.request();
}).observe(document.documentElement);
frames.request();
channel.listen(receive);
channel.post({ type: 'ready' });
