import { mountWindow } from './mount';
import { tauri } from './tauri';

mountWindow(tauri);
